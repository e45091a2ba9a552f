import { toChatKey, toPersonKey } from '../../../domain/conversations/message.ts';
import type { StoreLevel } from '../../../domain/conversations/session-settings.ts';
import type {
  WhatsAppMessage,
  WhatsAppPerson,
} from '../../../domain/conversations/whatsapp-message.ts';
import type { NewEvent } from '../../../domain/webhooks/event.ts';
import type { NamedContact, NewMessage } from '../../../storage/conversations/ingest-store.ts';
import type { ReceiptGroup } from '../../../storage/conversations/receipt-store.ts';
import { findNameEvents, type NamedPerson } from '../account/name-events.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState, MessagesJob, Resolved } from '../inbox.ts';
import { ME, toMessageEvent } from '../message-events.ts';
import { sealContent, sealName } from '../seal-content.ts';
import { findLidEvents, mergePeople, mergeSplitChats } from './merge-mappings.ts';
import { toNewChats } from './to-chats.ts';

/** How many names are remembered, so that they are not written with each message. */
const MOST_NAMES = 5000;

/** Stores messages and records their events, all or nothing. False if the session no longer stores so much. */
export async function writeMessages(
  ctx: IngestContext,
  state: InboxState,
  job: MessagesJob,
  level: StoreLevel,
): Promise<boolean> {
  const resolved = await resolve(ctx, state, job.messages);
  if (resolved.length === 0) return true;
  const people = resolved.flatMap(({ message }) => peopleOf(message));
  const lids = state.lids.findNew(people.map(state.lids.complete));
  await mergePeople(ctx, state, lids);
  const messages = resolved.map((one) => toRow(ctx, state, one, { level, job }));
  const named = level === 'content' ? findNames(state, resolved) : new Map<string, NamedPerson>();
  const isWritten = await ctx.ingest.add(
    {
      ...{ session: state.session, level, ingestId: job.ingestId },
      ...{ messages, chats: toNewChats(ctx, state.session, resolved), lids },
      names: [...named.values()].map((person) => toContact(ctx, state, person)),
      receipts: findEarly(state, resolved),
      events: [
        ...toEvents(ctx, state, resolved).map(ctx.address),
        ...(await findLidEvents(ctx, state, lids)),
        ...(await findNameEvents(ctx, state.session, named)),
      ],
    },
    ctx.now(),
  );
  if (!isWritten) return false;
  state.lids.noteStored(lids);
  noteNames(state, named);
  ctx.onRecorded();
  if (lids.some(({ phoneNumber }) => phoneNumber !== undefined)) await mergeSplitChats(ctx, state);
  return true;
}

/** Records the events of messages that are not stored. */
export async function reportMessages(
  ctx: IngestContext,
  state: InboxState,
  { messages }: MessagesJob,
): Promise<void> {
  if (!ctx.isWatched(state.session.accountId)) return;
  const events = toEvents(ctx, state, await resolve(ctx, state, messages));
  if (events.length === 0) return;
  await ctx.events.record(events.map(ctx.address), ctx.now());
  ctx.onRecorded();
}

/** Our own number is not among them. */
function peopleOf({ chat, sender, isFromMe }: WhatsAppMessage): WhatsAppPerson[] {
  const others = isFromMe ? [] : [sender];
  return chat.kind === 'person' ? [chat.person, ...others] : others;
}

/** Finds out who has written, and leaves out codes, and all but one of several messages with the same key. */
async function resolve(
  { ingest }: IngestContext,
  { lids }: InboxState,
  messages: readonly WhatsAppMessage[],
): Promise<Resolved[]> {
  await lids.load(messages.flatMap(peopleOf));
  // A session receives a code too, if another one of this installation sends to its number.
  const codes = await ingest.findCodes([...new Set(messages.map(({ messageId }) => messageId))]);
  const byKey = new Map<string, Resolved>();
  for (const message of messages.filter(({ messageId }) => !codes.has(messageId))) {
    const one = name(message, lids);
    if (!one) continue;
    const key = JSON.stringify([one.chatKey, message.messageId, message.isFromMe]);
    const known = byKey.get(key);
    if (!known || known.message.content.type === 'undecrypted') byKey.set(key, one);
  }
  return [...byKey.values()];
}

/** Undefined for a chat without any ID. */
function name(message: WhatsAppMessage, { complete }: InboxState['lids']): Resolved | undefined {
  const { chat, isFromMe } = message;
  const isPerson = chat.kind === 'person';
  const chatKey = toChatKey(isPerson ? { ...chat, person: complete(chat.person) } : chat);
  if (chatKey === undefined) return undefined;
  const authorKey = isFromMe ? ME : (toPersonKey(complete(message.sender)) ?? chatKey);
  return { message, chatKey, authorKey };
}

function toRow(
  { sealer, now }: IngestContext,
  { session }: InboxState,
  { message, chatKey, authorKey }: Resolved,
  { level, job }: { readonly level: StoreLevel; readonly job: MessagesJob },
): NewMessage {
  const { messageId, content, isFromMe, arrival, sentAt, replyTo, isForwarded } = message;
  const at = now();
  return {
    ...session,
    ...{ chatKey, messageId, authorKey, fromMe: isFromMe },
    messageType: content.type as NewMessage['messageType'],
    status: isFromMe ? 'accepted' : 'received',
    sentAt,
    acceptedAt: isFromMe ? sentAt : null,
    quotedMessageId: replyTo ?? null,
    isForwarded,
    isRead: isFromMe || arrival === 'history',
    ...toSealed(),
    ingestId: job.ingestId,
    createdAt: at,
    updatedAt: at,
  };

  function toSealed() {
    // What the phone keeps of the past may contain codes that this service sent long ago.
    const isOldCopy = isFromMe && arrival === 'history';
    const isEmpty = content.type === 'undecrypted' || content.type === 'unsupported';
    if (level !== 'content' || isOldCopy || isEmpty) {
      return { sealedContent: null, secretVersion: null };
    }
    return sealContent(sealer, { ...session, messageId }, content as never);
  }
}

/** Old messages make no events. One that could not be decrypted makes its event when it can. */
function toEvents(
  { now, isWatched }: IngestContext,
  { session }: InboxState,
  resolved: readonly Resolved[],
): NewEvent[] {
  if (!isWatched(session.accountId)) return [];
  return resolved
    .filter(
      ({ message: { arrival, content } }) =>
        arrival !== 'history' && content.type !== 'undecrypted',
    )
    .map(({ message: { messageId, content, replyTo, ...facts }, chatKey, authorKey }) =>
      toMessageEvent(
        { session, messageId, chatKey, authorKey, occurredAt: now() },
        { ...facts, messageType: content.type, quotedMessageId: replyTo },
      ),
    );
}

function findEarly({ early }: InboxState, resolved: readonly Resolved[]): ReceiptGroup[] {
  return resolved
    .filter(({ message: { isFromMe, chat } }) => isFromMe && chat.kind === 'person')
    .flatMap(({ message: { messageId } }) =>
      early.find(messageId).map((receipt) => ({ ...receipt, messageIds: [messageId] })),
    );
}

/** Finds the chosen names that are not stored, by number. */
function findNames(
  { lids, names }: InboxState,
  resolved: readonly Resolved[],
): Map<string, NamedPerson> {
  const found = new Map<string, NamedPerson>();
  for (const { message } of resolved) {
    const { phoneNumber, lid } = lids.complete(message.sender);
    const { pushName: name, isFromMe } = message;
    if (isFromMe || phoneNumber === undefined || name === undefined) continue;
    if (names.get(phoneNumber) === name) continue;
    found.set(phoneNumber, { phoneNumber, lid, name, messageId: message.messageId });
  }
  return found;
}

function toContact(
  { sealer }: IngestContext,
  { session }: InboxState,
  { phoneNumber, lid, name }: NamedPerson,
): NamedContact {
  const sealedPushName = sealName(sealer, session.sessionId, phoneNumber, name);
  return { phoneNumber, lid, sealedPushName };
}

function noteNames({ names }: InboxState, named: ReadonlyMap<string, NamedPerson>): void {
  for (const [phoneNumber, { name }] of named) {
    names.delete(phoneNumber);
    names.set(phoneNumber, name);
    const [oldest] = names.keys();
    if (names.size > MOST_NAMES && oldest !== undefined) names.delete(oldest);
  }
}
