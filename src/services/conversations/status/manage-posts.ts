import type { Caller } from '../../../domain/access/caller.ts';
import { STATUS_KEY } from '../../../domain/conversations/message.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Page, type PageRequest, toPage } from '../../../domain/page.ts';
import { drawMessageId } from '../../../domain/whatsapp/message-id.ts';
import type { StoredStatusPost } from '../../../storage/conversations/status-post-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { deliverMessage, toSendError } from '../outbound/deliver-message.ts';
import { openAudience, openPost, type PostContent } from './seal-post.ts';

/** A post as it may be read. Without a content, none is stored, or its key is gone. */
export type ReadPost = Omit<
  StoredStatusPost,
  'sealedContent' | 'sealedAudience' | 'secretVersion'
> & {
  readonly content: PostContent | undefined;
  /** How many people have viewed it, as far as their phones say so. */
  readonly viewCount: number;
};

const REVOKE_SECONDS = 60;
const BATCH = 200;

/**
 * Lists the status posts of a session that are still shown, newest first.
 * @throws {AppError} `session_not_found`; `forbidden` for a session that the caller's key does not permit.
 */
export async function listPosts(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  page: PageRequest,
): Promise<Page<ReadPost>> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const found = await ctx.statusPosts.list(sessionId, page, ctx.now());
  const { items, next } = toPage(found, page.limit, ({ id }) => id);
  const views = await ctx.statusPosts.countViews(
    sessionId,
    items.map(({ statusId }) => statusId),
  );
  return { items: items.map((post) => open(ctx, post, views.get(post.statusId) ?? 0)), next };
}

function open(
  ctx: ConversationContext,
  { sealedContent, sealedAudience, secretVersion, ...post }: StoredStatusPost,
  viewCount: number,
): ReadPost {
  return { ...post, viewCount, content: tryOpen(ctx, post, sealedContent) };
}

/** One content whose key is gone does not make a list unreadable. */
function tryOpen(
  { sealer, logger }: ConversationContext,
  { sessionId, statusId }: Pick<StoredStatusPost, 'sessionId' | 'statusId'>,
  sealed: string | undefined,
): PostContent | undefined {
  if (sealed === undefined) return undefined;
  try {
    return openPost(sealer, { sessionId, statusId }, sealed);
  } catch (err) {
    logger.warn({ err, sessionId, statusId }, 'the content of a status post cannot be read');
    return undefined;
  }
}

/**
 * Deletes a status post for everyone who could see it, and its content here. It can be repeated.
 * @throws {AppError} as `listPosts`; `not_found` for a post that has expired, failed or was revoked;
 * `session_not_connected`, `provider_unavailable` or `delivery_failed`.
 */
export async function revokePost(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  statusId: string,
): Promise<void> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const post = await ctx.statusPosts.find({ sessionId, statusId }, ctx.now());
  if (post?.state !== 'posted' && post?.state !== 'pending') throw noSuchPost();
  const audience = openAudience(ctx.sealer, { sessionId, statusId }, post.sealedAudience);
  const content = { type: 'revoke', target: { messageId: statusId, isFromMe: true } } as const;
  const parcel = { session, chatKey: STATUS_KEY, messageId: drawMessageId() };
  await deliverMessage(ctx, caller, {
    ...{ ...parcel, message: { content, audience }, seconds: REVOKE_SECONDS },
  }).catch((error: unknown) => {
    throw toSendError(ctx, sessionId, error);
  });
  await ctx.statusPosts.revoke({ sessionId, statusId }, ctx.now());
}

function noSuchPost(): AppError {
  return new AppError('not_found', 'The session has no such status post');
}

/** Deletes status posts that are no longer shown. Their files are deleted as all that were uploaded. Returns how many. */
export async function eraseExpiredPosts({
  statusPosts,
  now,
}: Pick<ConversationContext, 'statusPosts' | 'now'>): Promise<number> {
  let erased = 0;
  for (;;) {
    const count = await statusPosts.removeExpired(now(), BATCH);
    erased += count;
    if (count < BATCH) return erased;
  }
}
