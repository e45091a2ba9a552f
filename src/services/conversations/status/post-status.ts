import { ChannelError } from '../../../channels/contract.ts';
import type { Caller } from '../../../domain/access/caller.ts';
import { STATUS_KEY } from '../../../domain/conversations/message.ts';
import { readIgnored } from '../../../domain/conversations/session-settings.ts';
import {
  STATUS_SECONDS,
  type StatusType,
  type TextStyle,
} from '../../../domain/conversations/status-post.ts';
import { AppError } from '../../../domain/errors.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import { drawMessageId } from '../../../domain/whatsapp/message-id.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { deliverMessage, toSendError } from '../outbound/deliver-message.ts';
import { type MediaDraft, prepareMedia } from '../uploads/prepare-media.ts';
import { type Audience, findAudience } from './find-audience.ts';
import { type PostContent, sealAudience, sealPost } from './seal-post.ts';

export type StatusDraft = {
  readonly content:
    | { readonly type: 'text'; readonly text: string; readonly style: TextStyle }
    | (MediaDraft & { readonly type: Exclude<StatusType, 'text'> });
  readonly audience: Audience;
};

type Post = {
  readonly session: StoredSession;
  readonly statusId: string;
  readonly content: PostContent;
  readonly mediaId: string | undefined;
  readonly audience: readonly string[];
};

/** Each device of the audience costs an encryption: the first post to 200 people took 8 seconds in our tests. */
const POST_SECONDS = 60;

/**
 * Posts a status, which WhatsApp shows to its audience for a day. Posts are counted before they are sent, and refunded if
 * they were not. Returns the ID.
 * @throws {AppError} `session_not_found`, `forbidden`, `validation_failed`; `session_use` if the settings of the session
 * exclude status posts; `rate_limited` within 10 minutes of the last post, or after ten in a day; `session_not_connected`,
 * `provider_unavailable` or `delivery_failed`; of a file also as `prepareMedia`.
 */
export async function postStatus(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  draft: StatusDraft,
): Promise<string> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  assertMayPost(session);
  const audience = await findAudience(ctx, caller, { sessionId, audience: draft.audience });
  const hits = await consumeLimits(ctx, caller, sessionId);
  try {
    const prepared = await prepare(ctx, session, draft.content);
    const post = { session, statusId: drawMessageId(), audience, ...prepared };
    await store(ctx, post);
    await send(ctx, caller, post);
    return post.statusId;
  } catch (error) {
    // One that may have been seen stays counted.
    const isDoubtful = error instanceof ChannelError && error.mayHaveArrived;
    if (!isDoubtful) await ctx.whatsapp.limiter.refund(caller, hits);
    throw toSendError(ctx, sessionId, error);
  }
}

/** @throws {AppError} `session_use` */
function assertMayPost({ usedFor, ignoredChats }: StoredSession): void {
  if (usedFor === 'passcodes') {
    throw new AppError(
      'session_use',
      'This session is for codes, which a status post would delay. Set `use` to `both` or `conversations`.',
    );
  }
  if (!readIgnored(ignoredChats).includes('status')) return;
  throw new AppError(
    'session_use',
    'This session ignores status posts. Remove `status` from `ignore`.',
  );
}

async function consumeLimits(
  { whatsapp: { limiter, limits } }: ConversationContext,
  caller: Caller,
  subject: string,
): Promise<readonly RateLimitHit[]> {
  const hits = [
    { limit: limits.statusPostSpacing, subject },
    { limit: limits.statusPostsPerSessionDay, subject },
  ];
  const consumed = await limiter.consume(caller, hits);
  if (consumed.granted) return hits;
  const isSpacing = consumed.refusal.limit === limits.statusPostSpacing;
  throw refuse(
    'rate_limited',
    isSpacing
      ? 'A session can post once in 10 minutes'
      : 'A session can post ten times in 24 hours, five of them at once',
    consumed.refusal,
  );
}

async function prepare(
  ctx: ConversationContext,
  session: StoredSession,
  content: StatusDraft['content'],
): Promise<Pick<Post, 'content' | 'mediaId'>> {
  return content.type === 'text'
    ? { content, mediaId: undefined }
    : prepareMedia(ctx.media, session, content);
}

/** The audience is stored in any case, because a post can only be revoked for those who got it. */
async function store(
  { statusPosts, sealer, now }: ConversationContext,
  { session, statusId, content, mediaId, audience }: Post,
): Promise<void> {
  const { sessionId, accountId, storeLevel } = session;
  const place = { sessionId, statusId };
  await statusPosts.add(
    {
      ...{ ...place, accountId, statusType: content.type as StatusType },
      sealedContent: storeLevel === 'content' ? sealPost(sealer, place, content) : null,
      sealedAudience: sealAudience(sealer, place, audience),
      secretVersion: sealer.version,
      mediaId: mediaId ?? null,
      audienceCount: audience.length,
      expiresAt: addSeconds(now(), STATUS_SECONDS),
    },
    now(),
  );
}

async function send(
  ctx: ConversationContext,
  caller: Caller,
  { session, statusId, content, audience }: Post,
): Promise<void> {
  const { sessionId } = session;
  const place = { sessionId, statusId };
  const message = { content, audience };
  const parcel = { session, chatKey: STATUS_KEY, message, messageId: statusId };
  try {
    await deliverMessage(ctx, caller, { ...parcel, seconds: POST_SECONDS });
  } catch (error) {
    const isDoubtful = error instanceof ChannelError && error.mayHaveArrived;
    const errorCode = error instanceof ChannelError ? error.reason : 'internal_error';
    if (!isDoubtful) await ctx.statusPosts.settle(place, { state: 'failed', errorCode }, ctx.now());
    throw error;
  }
  // It is on its way, so that a failed write is only logged.
  await ctx.statusPosts.settle(place, { state: 'posted' }, ctx.now()).catch((err: unknown) => {
    ctx.logger.error({ err, ...place }, 'a status post could not be marked as posted');
  });
}
