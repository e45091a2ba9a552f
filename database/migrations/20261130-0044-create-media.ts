import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const optionalText = (length: number) => ({ type: DataTypes.STRING(length), allowNull: true });

const media = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  accountId: text(36),
  sessionId: text(128),
  // The message, which may be deleted before its file is.
  messageRow: { type: DataTypes.INTEGER, allowNull: false, unique: true },
  // fetching, stored or gone.
  state: text(10),
  // The attempt to fetch it, and until when no other may start.
  claimId: text(24),
  claimedUntil: time,
  storage: text(8),
  storageKey: text(120),
  sealedKey: { type: DataTypes.TEXT, allowNull: false },
  secretVersion: text(16),
  mimeType: optionalText(100),
  sizeBytes: { type: DataTypes.INTEGER, allowNull: true },
  sha256: optionalText(64),
  expiresAt: optionalTime,
  createdAt: time,
  updatedAt: time,
};

const indexes = [
  { name: 'media_expiry', columns: ['expiresAt'] },
  { name: 'media_claims', columns: ['state', 'claimedUntil'] },
];

/** Files of messages that were fetched. */
export const createMedia: Migration = {
  name: '20261130-0044-create-media',

  async up({ context: schema }) {
    await schema.createTable('media', media, tableOptions);
    for (const index of indexes) await addIndex(schema, 'media', index);
  },

  async down({ context: schema }) {
    await schema.dropTable('media');
  },
};
