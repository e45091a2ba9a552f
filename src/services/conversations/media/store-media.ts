import { ChannelError } from '../../../channels/contract.ts';
import { PLAIN_BYTES } from '../../../domain/conversations/media.ts';
import { MediaError } from '../../../domain/conversations/media-error.ts';
import type { MediaContent } from '../../../domain/conversations/message-content.ts';
import { createDeadline } from '../../../lib/concurrency/deadline.ts';
import { sealFrames } from '../../../lib/crypto/sealed-frames.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import { type Claim, FETCH_SECONDS } from './claim-media.ts';
import type { MediaContext } from './context.ts';
import { removeFile } from './file-key.ts';
import type { Found } from './find-media-message.ts';
import { createFindings } from './findings.ts';

const DAY_SECONDS = 86_400;

/** A phone that was not online may be later. */
const GONE_SECONDS = 3600;

/**
 * Fetches a file for a claim and keeps it, sealed. If it is gone, the phone is asked once to upload it again. After a
 * failure nothing is left of it.
 * @throws {MediaError} `gone` if no one has it, and as `fetchFile`.
 */
export async function storeMedia(ctx: MediaContext, found: Found, claim: Claim): Promise<void> {
  const deadline = createDeadline(FETCH_SECONDS * 1000);
  try {
    await fetchOrAskAgain(ctx, found, { claim, signal: deadline.signal });
  } catch (error) {
    const isGone = error instanceof MediaError && error.fault === 'gone';
    const until = addSeconds(ctx.now(), GONE_SECONDS);
    await (isGone ? ctx.media.markGone(claim, until, ctx.now()) : ctx.media.giveUp(claim));
    throw error;
  } finally {
    deadline.clear();
  }
}

type Attempt = { readonly claim: Claim; readonly signal: AbortSignal };

async function fetchOrAskAgain(ctx: MediaContext, found: Found, attempt: Attempt): Promise<void> {
  const { content } = found;
  try {
    return await fetchOnce(ctx, content, attempt);
  } catch (error) {
    if (!(error instanceof MediaError) || error.fault !== 'gone') throw error;
    const directPath = await askPhone(ctx, found);
    if (directPath === undefined) throw error;
    const keys = { ...content.keys, directPath };
    return fetchOnce(ctx, { ...content, keys }, attempt);
  }
}

/** Returns where the phone has uploaded the file; undefined if it has not. @throws {MediaError} `unavailable` */
async function askPhone(
  { keeper }: MediaContext,
  { message, content }: Found,
): Promise<string | undefined> {
  const { sessionId, accountId, messageId, chatKey, authorKey, fromMe: isFromMe } = message;
  const { mediaKey } = content.keys;
  const lost = { messageId, chatKey, authorKey, isFromMe, mediaKey };
  try {
    if (!keeper.isKept({ sessionId, accountId })) await keeper.takeUp({ sessionId, accountId });
    const answer = await keeper.requestReupload(sessionId, lost);
    return answer.outcome === 'found' ? answer.directPath : undefined;
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const why = 'the file is gone from WhatsApp, and the session is not connected to ask the phone';
    throw new MediaError('unavailable', why, error);
  }
}

async function fetchOnce(
  ctx: MediaContext,
  content: MediaContent,
  { claim, signal }: Attempt,
): Promise<void> {
  const findings = createFindings();
  const bytes = ctx.fetchFile({ content, mostBytes: ctx.mostBytes, signal });
  await ctx.files.write(claim.storageKey, sealFrames(findings.watch(bytes), claim.fileKey));
  const { mimeType = PLAIN_BYTES, ...seen } = await findings.read();
  const found = {
    ...{ ...seen, mimeType },
    expiresAt: addSeconds(ctx.now(), ctx.retentionDays * DAY_SECONDS),
  };
  if (await ctx.media.finish(claim, found, ctx.now())) return;
  await removeFile(ctx, claim);
  throw new MediaError('unavailable', 'the message was deleted while its file was fetched');
}
