import type { Caller } from '../../../domain/access/caller.ts';
import { type Moment, type Page, type PageRequest, toPage } from '../../../domain/page.ts';
import type { StoredChat, StoredContact } from '../../../storage/conversations/chat-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { getChat } from '../outbound/find-chat.ts';
import { openName } from '../seal-content.ts';

/**
 * Lists the chats of a session by their last message, newest first.
 * @throws {AppError} `session_not_found`; `forbidden` for a session that the caller's key does not permit.
 */
export async function listChats(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  page: PageRequest<Moment>,
): Promise<Page<StoredChat, Moment>> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const found = await ctx.chats.list(sessionId, page);
  return toPage(found, page.limit, ({ id, lastMessageAt: at }) => ({ id, at }));
}

/** @throws {AppError} as `listChats`, or `not_found`. */
export async function readChat(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  chatKey: string,
): Promise<StoredChat> {
  await getSession(ctx.whatsapp, caller, sessionId);
  return getChat(ctx, sessionId, chatKey);
}

/** A person whom a session knows or has looked up. `pushName` is what the person chose: anyone can choose any. */
export type ReadContact = Omit<StoredContact, 'sealedName' | 'sealedPushName'> & {
  readonly pushName: string | undefined;
};

/** Lists the contacts of a session by number. @throws {AppError} as `listChats`. */
export async function listContacts(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<Page<ReadContact, string>> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const found = await ctx.chats.listContacts(sessionId, page);
  const { items, next } = toPage(found, page.limit, ({ phoneNumber }) => phoneNumber);
  return { items: items.map((row) => toContact(ctx, sessionId, row)), next };
}

function toContact(
  ctx: ConversationContext,
  sessionId: string,
  { sealedName, sealedPushName, ...contact }: StoredContact,
): ReadContact {
  return { ...contact, pushName: tryOpen(ctx, sessionId, contact.phoneNumber, sealedPushName) };
}

function tryOpen(
  { sealer, logger }: ConversationContext,
  sessionId: string,
  person: string,
  sealed: string | undefined,
): string | undefined {
  try {
    return sealed === undefined ? undefined : openName(sealer, sessionId, person, sealed);
  } catch (err) {
    logger.warn({ err, sessionId }, 'the name of a contact cannot be read');
    return undefined;
  }
}
