import type { Caller } from '../../../domain/access/caller.ts';
import type { ShownContent } from '../../../domain/conversations/message-content.ts';
import { type Page, type PageRequest, toPage } from '../../../domain/page.ts';
import type {
  MessageFilter,
  StoredMessage,
  StoredReaction,
} from '../../../storage/conversations/message-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { getMessage } from '../outbound/find-chat.ts';
import { openContent, openEmoji } from '../seal-content.ts';

type ReadReaction = {
  /** `me`, or the key of the person. */
  readonly authorKey: string;
  readonly emoji: string;
  readonly reactedAt: Date;
};

/** A message as it may be read. Without a content, none is stored, or its key is gone. */
export type ReadMessage = Omit<StoredMessage, 'sealedContent' | 'secretVersion' | 'ingestId'> & {
  readonly content: ShownContent | undefined;
  readonly reactions: readonly ReadReaction[];
};

/**
 * Lists the messages of a session in the order of their arrival, newest first.
 * @throws {AppError} `session_not_found`; `forbidden` for a session that the caller's key does not permit.
 */
export async function listMessages(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { filter, page }: { readonly filter: MessageFilter; readonly page: PageRequest },
): Promise<Page<ReadMessage>> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const found = await ctx.messages.list(sessionId, filter, page);
  const { items, next } = toPage(found, page.limit, ({ id }) => id);
  return { items: await open(ctx, items), next };
}

/** @throws {AppError} as `listMessages`, or `not_found`. */
export async function readMessage(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  place: { readonly messageId: string; readonly chatKey?: string | undefined },
): Promise<ReadMessage> {
  const { message } = await getMessage(ctx, caller, sessionId, place);
  const [opened] = await open(ctx, [message]);
  return opened as ReadMessage;
}

async function open(
  ctx: ConversationContext,
  rows: readonly StoredMessage[],
): Promise<ReadMessage[]> {
  const reactions = await ctx.messages.listReactions(rows.map(({ id }) => id));
  return rows.map(({ sealedContent, secretVersion, ingestId, ...row }) => ({
    ...row,
    content: sealedContent === undefined ? undefined : tryOpen(ctx, row, sealedContent),
    reactions: reactions
      .filter(({ messageRow }) => messageRow === row.id)
      .flatMap((reaction) => toReaction(ctx, row, reaction)),
  }));
}

type Place = Pick<StoredMessage, 'sessionId' | 'messageId'>;

/** One content whose key is gone does not make a list unreadable. */
function tryOpen(
  { sealer, logger }: ConversationContext,
  { sessionId, messageId }: Place,
  sealed: string,
): ShownContent | undefined {
  try {
    return openContent(sealer, { sessionId, messageId }, sealed);
  } catch (err) {
    logger.warn({ err, sessionId, messageId }, 'the content of a message cannot be read');
    return undefined;
  }
}

function toReaction(
  { sealer, logger }: ConversationContext,
  { sessionId, messageId }: Place,
  { authorKey, sealedEmoji = '', reactedAt }: StoredReaction,
): ReadReaction[] {
  try {
    const emoji = openEmoji(sealer, { sessionId, messageId }, sealedEmoji);
    return [{ authorKey, emoji, reactedAt }];
  } catch (err) {
    logger.warn({ err, sessionId, messageId }, 'a reaction cannot be read');
    return [];
  }
}
