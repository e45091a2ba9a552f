import {
  type MessageStatus,
  STATUS_KEY,
  toChatKey,
  toPersonKey,
} from '../../../domain/conversations/message.ts';
import type { WhatsAppReceipt } from '../../../domain/conversations/whatsapp-receipt.ts';
import type {
  OwnMessage,
  PersonReceipt,
  ReceiptGroup,
} from '../../../storage/conversations/receipt-store.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState } from '../inbox.ts';
import { ME, toStatusEvent, toViewEvent } from '../message-events.ts';

/** How many receipts of members are written by one statement. */
const MEMBERS_AT_ONCE = 500;

/** Stores what people did with our messages, and which messages our own phone has read. */
export async function applyReceipts(
  ctx: IngestContext,
  state: InboxState,
  receipts: readonly WhatsAppReceipt[],
): Promise<void> {
  const others = receipts.filter(({ isByMe }) => !isByMe);
  const toPersons = others.filter(({ chat }) => chat.kind === 'person');
  const toMembers = others.filter(({ chat }) => chat.kind !== 'person');
  if (toPersons.length > 0) await moveMessages(ctx, state, toPersons);
  if (toMembers.length > 0) await storeMembers(ctx, state, toMembers);
  for (const receipt of receipts.filter(({ isByMe }) => isByMe)) {
    await ctx.receipts.markRead(state.session.sessionId, receipt.messageIds, ctx.now());
  }
}

async function moveMessages(
  ctx: IngestContext,
  { session, early }: InboxState,
  receipts: readonly WhatsAppReceipt[],
): Promise<void> {
  for (const { messageIds, kind, at } of receipts) {
    for (const messageId of messageIds) early.note(messageId, kind, at);
  }
  const named = [...new Set(receipts.flatMap(({ messageIds }) => messageIds))];
  const own = await ctx.receipts.findOwn(session.sessionId, named);
  if (own.length === 0) return;
  const groups = toGroups(receipts, new Set(own.map(({ messageId }) => messageId)));
  const events = ctx.isWatched(session.accountId)
    ? own.flatMap((message) => toStatusEvents(ctx, session, message, groups)).map(ctx.address)
    : [];
  await ctx.receipts.apply(session.sessionId, groups, events, ctx.now());
  if (events.length > 0) ctx.onRecorded();
}

/** Joins receipts of one kind and second. */
function toGroups(
  receipts: readonly WhatsAppReceipt[],
  known: ReadonlySet<string>,
): ReceiptGroup[] {
  const groups = new Map<string, ReceiptGroup & { readonly messageIds: string[] }>();
  for (const { kind, at, messageIds } of receipts) {
    const key = `${kind} ${at.getTime()}`;
    const group = groups.get(key) ?? { kind, at, messageIds: [] };
    groups.set(key, group);
    group.messageIds.push(...messageIds.filter((id) => known.has(id)));
  }
  return [...groups.values()].filter(({ messageIds }) => messageIds.length > 0);
}

/** The steps that a message has not made yet. The ID of an event says which, so that each is recorded once. */
function toStatusEvents(
  { now }: IngestContext,
  session: InboxState['session'],
  { messageId, chatKey, status }: OwnMessage,
  groups: readonly ReceiptGroup[],
) {
  if (status === 'failed' || status === 'read') return [];
  const mine = groups.filter(({ messageIds }) => messageIds.includes(messageId));
  const reached: MessageStatus[] = mine.some(({ kind }) => kind !== 'delivered')
    ? ['read']
    : ['delivered'];
  const subject = { session, messageId, chatKey, authorKey: ME, occurredAt: now() };
  return reached.filter((next) => next !== status).map((next) => toStatusEvent(subject, next));
}

async function storeMembers(
  ctx: IngestContext,
  { session, lids }: InboxState,
  received: readonly WhatsAppReceipt[],
): Promise<void> {
  await lids.load(received.map(({ by }) => by));
  const receipts = received.map((receipt) => ({ ...receipt, by: lids.complete(receipt.by) }));
  const rows = new Map<string, PersonReceipt>();
  for (const row of receipts.flatMap((receipt) => toRows(session.sessionId, receipt, ctx.now()))) {
    const key = JSON.stringify([row.messageId, row.participantKey]);
    rows.set(key, joinRows(rows.get(key), row));
  }
  const all = [...rows.values()];
  for (let from = 0; from < all.length; from += MEMBERS_AT_ONCE) {
    await ctx.receipts.addPersonal(all.slice(from, from + MEMBERS_AT_ONCE));
  }
  await reportViews(ctx, session, all);
}

/** Reports who has viewed status posts. The ID of an event says who, so that each is recorded once. */
async function reportViews(
  ctx: IngestContext,
  session: InboxState['session'],
  rows: readonly PersonReceipt[],
): Promise<void> {
  if (!ctx.isWatched(session.accountId)) return;
  const views = rows.flatMap(({ messageId: statusId, chatKey, participantKey: viewer, readAt }) =>
    chatKey === STATUS_KEY && readAt ? [{ statusId, viewer, viewedAt: readAt }] : [],
  );
  const ids = [...new Set(views.map(({ statusId }) => statusId))];
  const own = await ctx.statusPosts.findKnown(session.sessionId, ids);
  const events = views
    .filter(({ statusId }) => own.has(statusId))
    .map((view) => ctx.address(toViewEvent(session, view)));
  if (events.length === 0) return;
  await ctx.events.record(events, ctx.now());
  ctx.onRecorded();
}

function toRows(
  sessionId: string,
  { chat, by, kind, at, messageIds }: WhatsAppReceipt,
  createdAt: Date,
): PersonReceipt[] {
  const [chatKey, participantKey] = [toChatKey(chat), toPersonKey(by)];
  if (chatKey === undefined || participantKey === undefined) return [];
  const readAt = kind === 'delivered' ? null : at;
  const playedAt = kind === 'played' ? at : null;
  const times = { deliveredAt: at, readAt, playedAt, createdAt };
  return messageIds.map((messageId) => ({
    ...{ sessionId, messageId, participantKey, chatKey },
    ...times,
  }));
}

/** The first time of each step. */
function joinRows(first: PersonReceipt | undefined, row: PersonReceipt): PersonReceipt {
  if (!first) return row;
  return {
    ...first,
    readAt: first.readAt ?? row.readAt,
    playedAt: first.playedAt ?? row.playedAt,
  };
}
