import type { Caller } from '../../../domain/access/caller.ts';
import { type Moment, type Page, type PageRequest, toPage } from '../../../domain/page.ts';
import type { StoredChat, StoredContact } from '../../../storage/conversations/chat-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { openText } from '../groups/read-groups.ts';
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
): Promise<Page<ReadChat, Moment>> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const found = await ctx.chats.list(sessionId, page);
  const { items, next } = toPage(found, page.limit, ({ id, lastMessageAt: at }) => ({ id, at }));
  return { items: await addNames(ctx, sessionId, items), next };
}

/** A chat, and its name: the subject of a group, or the name of a person in the phone's address book. */
export type ReadChat = StoredChat & { readonly name: string | undefined };

async function addNames(
  ctx: ConversationContext,
  sessionId: string,
  chats: readonly StoredChat[],
): Promise<ReadChat[]> {
  const groupIds = chats.filter(({ isGroup }) => isGroup).map(({ chatKey }) => chatKey);
  const numbers = chats.flatMap(({ phoneNumber }) => phoneNumber ?? []);
  const [groups, names] = await Promise.all([
    ctx.groups.findAll(sessionId, groupIds),
    ctx.names.find(sessionId, numbers),
  ]);
  const subjects = new Map(
    groups.map((group) => [group.groupId, openText(ctx, group, group.sealedSubject)]),
  );
  return chats.map((chat) => {
    const { chatKey, phoneNumber = '' } = chat;
    const ofPerson = tryOpen(ctx, sessionId, phoneNumber, names.get(phoneNumber)?.sealedName);
    return { ...chat, name: subjects.get(chatKey) ?? ofPerson };
  });
}

/** @throws {AppError} as `listChats`, or `not_found`. */
export async function readChat(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  chatKey: string,
): Promise<ReadChat> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const chat = await getChat(ctx, sessionId, chatKey);
  const [named] = await addNames(ctx, sessionId, [chat]);
  return named ?? { ...chat, name: undefined };
}

/** A person whom a session knows or has looked up. `pushName` is what the person chose: anyone can choose any. */
export type ReadContact = Omit<StoredContact, 'sealedName' | 'sealedPushName'> & {
  readonly pushName: string | undefined;
  /** The name in the phone's address book. */
  readonly name: string | undefined;
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
  const open = (sealed: string | undefined) => tryOpen(ctx, sessionId, contact.phoneNumber, sealed);
  return { ...contact, name: open(sealedName), pushName: open(sealedPushName) };
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
