import { deflateSync } from 'node:zlib';
import { proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import { sealMedia } from '../media/media-cipher.ts';
import type { World } from '../world.ts';

const { Type } = proto.Message.ProtocolMessage;
const { HistorySyncType } = proto.HistorySync;
const { Status } = proto.WebMessageInfo;

/** A message from before the device was linked. */
type OldMessage = {
  readonly id: string;
  readonly fromMe?: boolean;
  readonly text?: string;
  /** Instead of a text. */
  readonly content?: proto.IMessage;
  readonly sentAt: Date;
  /** In a group: who wrote it, by number. */
  readonly author?: string;
};

export type OldChat = {
  /** A number, a hidden id or a group's id. */
  readonly with: string;
  readonly name?: string;
  readonly unreadCount?: number;
  readonly isArchived?: boolean;
  readonly messages: readonly OldMessage[];
};

/** What a device gets at once when it is linked; without it a client waits 20 seconds. */
export function initialHistory(world: World, account: Account): proto.IHistorySync {
  return {
    syncType: HistorySyncType.INITIAL_BOOTSTRAP,
    progress: 100,
    conversations: account.history.map((chat) => describeChat(world, chat)),
    phoneNumberToLidMappings: world.everybody().map(({ jid, lidJid }) => ({ pnJid: jid, lidJid })),
  };
}

/** What comes later, in pieces. */
export function recentHistory(world: World, chats: readonly OldChat[]): proto.IHistorySync {
  return {
    syncType: HistorySyncType.RECENT,
    progress: 100,
    conversations: chats.map((chat) => describeChat(world, chat)),
  };
}

/** The notice of a history that it has inside. */
export function historyNotification(history: proto.IHistorySync): proto.IMessage {
  return notice(history, { initialHistBootstrapInlinePayload: deflate(history) });
}

/** A history inside its notice, or on the media host, as long ones are. */
export function noticeOf(
  { media }: World,
  history: proto.IHistorySync,
  by: 'inline' | 'blob',
): proto.IMessage {
  if (by === 'inline') return historyNotification(history);
  if (!media) throw new Error('this lab has no media: start it with { media: true }');
  const { blob, reference } = sealMedia(deflate(history), 'md-msg-hist');
  const { directPath } = media.put('md-msg-hist', blob);
  return notice(history, { ...reference, directPath });
}

function deflate(history: proto.IHistorySync): Buffer {
  return deflateSync(proto.HistorySync.encode(proto.HistorySync.fromObject(history)).finish());
}

function notice(
  { syncType }: proto.IHistorySync,
  where: proto.Message.IHistorySyncNotification,
): proto.IMessage {
  const historySyncNotification = {
    syncType: syncType as number,
    chunkOrder: 1,
    progress: 100,
    ...where,
  };
  const type = Type.HISTORY_SYNC_NOTIFICATION;
  return { protocolMessage: { type, historySyncNotification } };
}

function describeChat(world: World, chat: OldChat): proto.IConversation {
  const { name, unreadCount = 0, isArchived = false, messages } = chat;
  const id = jidOf(world, chat.with);
  const times = messages.map(({ sentAt }) => toSeconds(sentAt));
  return {
    id,
    unreadCount,
    archived: isArchived,
    conversationTimestamp: Math.max(0, ...times),
    ...(name !== undefined && { displayName: name }),
    messages: messages.map((message) => ({ message: describeMessage(world, id, message) })),
  };
}

function describeMessage(world: World, remoteJid: string, message: OldMessage) {
  const { id, fromMe = false, text, content, sentAt, author } = message;
  const participant = author === undefined ? {} : { participant: world.get(author).jid };
  return {
    key: { remoteJid, fromMe, id, ...participant },
    messageTimestamp: toSeconds(sentAt),
    message: content ?? { conversation: text ?? '' },
    ...participant,
    ...(fromMe && { status: Status.READ }),
  };
}

/** A history has no second address beside the first. */
function jidOf(world: World, user: string): string {
  if (user.endsWith('@g.us')) return user;
  const account = world.get(user);
  return user === account.lid ? account.lidJid : account.shownJid;
}

const toSeconds = (moment: Date): number => Math.floor(moment.getTime() / 1000);
