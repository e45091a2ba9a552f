import type { Caller } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import { isMedia } from '../../../domain/conversations/media.ts';
import type { MediaContent } from '../../../domain/conversations/message-content.ts';
import { AppError } from '../../../domain/errors.ts';
import type { MediaMessage } from '../../../storage/conversations/media-store.ts';
import { ambiguousMessage } from '../ambiguous-message.ts';
import { openContent } from '../seal-content.ts';
import type { MediaContext } from './context.ts';

export type MediaRef = {
  readonly sessionId: string;
  readonly messageId: string;
  /** The key of the chat, if the ID alone is not enough. */
  readonly chatKey: string | undefined;
};

export type Found = { readonly message: MediaMessage; readonly content: MediaContent };

/**
 * Finds the message of a file.
 * @throws {AppError} `forbidden` for a session that the caller's key does not permit; `not_found` if there is no such
 * message, or it has no file; `validation_failed` if several chats use the ID.
 */
export async function findMediaMessage(
  ctx: MediaContext,
  { accountId, restrictions }: Caller,
  ref: MediaRef,
): Promise<Found> {
  assertPermitted(restrictions, { sessionId: ref.sessionId });
  const [message, second] = await ctx.media.findMessages({ accountId, ...ref });
  if (second) throw ambiguousMessage();
  if (!message?.sealedContent) throw notFound();
  const content = openContent(ctx.sealer, message, message.sealedContent);
  if (!isMedia(content)) throw notFound();
  return { message, content };
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no file of this message.');
}
