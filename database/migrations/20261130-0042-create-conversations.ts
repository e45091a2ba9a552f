import { DataTypes, type ModelAttributes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };
const flag = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false };
const serial = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const optionalText = (length: number) => ({ type: DataTypes.STRING(length), allowNull: true });
const key = (length: number) => ({ ...text(length), primaryKey: true });
const sealed = { type: DataTypes.TEXT, allowNull: true };
const times = { createdAt: time, updatedAt: time };
const owner = { accountId: text(36), sessionId: text(128) };

/** A chat is named by a number, `lid:` and a LID, the ID of a group or newsletter, or `status`. */
const chats = {
  id: serial,
  ...owner,
  chatKey: text(64),
  lid: optionalText(20),
  phoneNumber: optionalText(20),
  isGroup: flag,
  isArchived: flag,
  isPinned: flag,
  mutedUntil: optionalTime,
  unreadCount: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  lastMessageAt: time,
  lastMessageId: optionalText(128),
  sealedName: sealed,
  ingestId: optionalText(24),
  ...times,
};

const messages = {
  id: serial,
  ...owner,
  chatKey: text(64),
  messageId: text(128),
  authorKey: text(64),
  fromMe: { type: DataTypes.BOOLEAN, allowNull: false },
  messageType: text(16),
  status: text(10),
  sentAt: time,
  acceptedAt: optionalTime,
  deliveredAt: optionalTime,
  readAt: optionalTime,
  failedAt: optionalTime,
  errorCode: optionalText(32),
  quotedMessageId: optionalText(128),
  isForwarded: flag,
  isRead: flag,
  editedAt: optionalTime,
  revokedAt: optionalTime,
  sealedContent: sealed,
  secretVersion: optionalText(16),
  mediaId: optionalText(40),
  // The batch that inserted the row.
  ingestId: text(24),
  ...times,
};

/** Who has got and read a message to a group or a status post. */
const receipts = {
  sessionId: key(128),
  messageId: key(128),
  participantKey: key(64),
  chatKey: text(64),
  deliveredAt: optionalTime,
  readAt: optionalTime,
  playedAt: optionalTime,
  createdAt: time,
};

const reactions = {
  messageRow: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
  authorKey: key(64),
  sessionId: text(128),
  messageId: text(128),
  // NULL if it was taken back.
  sealedEmoji: sealed,
  reactedAt: time,
};

/** The numbers of hidden IDs, as far as they are known. */
const lids = {
  sessionId: key(128),
  lid: key(20),
  phoneNumber: optionalText(20),
  seenAt: time,
};

const tables: Readonly<Record<string, ModelAttributes>> = {
  chats,
  messages,
  message_receipts: receipts,
  reactions,
  session_lids: lids,
};

const uniqueKeys: Readonly<Record<string, Record<string, { fields: string[] }>>> = {
  chats: { chats_key: { fields: ['sessionId', 'chatKey'] } },
  messages: { messages_key: { fields: ['sessionId', 'chatKey', 'messageId', 'fromMe'] } },
};

const indexes = [
  ['chats', { name: 'chats_page', columns: ['sessionId', 'lastMessageAt', 'id'] }],
  ['chats', { name: 'chats_pruning', columns: ['lastMessageAt'] }],
  ['messages', { name: 'messages_page', columns: ['sessionId', 'id'] }],
  ['messages', { name: 'messages_chat', columns: ['sessionId', 'chatKey', 'id'] }],
  ['messages', { name: 'messages_unread', columns: ['sessionId', 'chatKey', 'isRead'] }],
  ['messages', { name: 'messages_message', columns: ['sessionId', 'messageId'] }],
  ['messages', { name: 'messages_author', columns: ['sessionId', 'authorKey'] }],
  ['messages', { name: 'messages_created', columns: ['createdAt'] }],
  ['message_receipts', { name: 'message_receipts_created', columns: ['createdAt'] }],
  ['reactions', { name: 'reactions_author', columns: ['sessionId', 'authorKey'] }],
  ['session_lids', { name: 'session_lids_number', columns: ['sessionId', 'phoneNumber'] }],
] as const;

/** The conversations of sessions that store them. */
export const createConversations: Migration = {
  name: '20261130-0042-create-conversations',

  async up({ context: schema }) {
    const isMysql = schema.sequelize.getDialect() === 'mysql';
    for (const [table, columns] of Object.entries(tables)) {
      const options = { ...tableOptions, uniqueKeys: uniqueKeys[table] ?? {} };
      await schema.createTable(table, copyColumns(columns, isMysql), options);
    }
    for (const [table, index] of indexes) await addIndex(schema, table, index);
  },

  async down({ context: schema }) {
    for (const table of Object.keys(tables).reverse()) await schema.dropTable(table);
  },
};

/** Copies columns, because Sequelize sets the type of its dialect in its argument. A content can be longer than 64 KiB. */
function copyColumns(columns: ModelAttributes, isMysql: boolean): ModelAttributes {
  const copied = Object.entries(columns).map(([name, column]) => {
    const isLong = isMysql && name === 'sealedContent';
    return [name, { ...(column as object), ...(isLong && { type: DataTypes.TEXT('medium') }) }];
  });
  return Object.fromEntries(copied);
}
