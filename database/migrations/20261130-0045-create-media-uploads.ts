import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const optionalText = (length: number) => ({ type: DataTypes.STRING(length), allowNull: true });

const mediaUploads = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  mediaId: { type: DataTypes.STRING(40), allowNull: false, unique: true },
  accountId: text(36),
  sessionId: text(128),
  // writing or stored.
  state: text(10),
  storage: text(8),
  storageKey: text(120),
  sealedKey: { type: DataTypes.TEXT, allowNull: false },
  secretVersion: text(16),
  mimeType: optionalText(100),
  sizeBytes: { type: DataTypes.INTEGER, allowNull: true },
  sha256: optionalText(64),
  // Where it is on WhatsApp, and the kind of message that it was uploaded for.
  placedAs: optionalText(10),
  sealedPlace: { type: DataTypes.TEXT, allowNull: true },
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
};

const indexes = [
  { name: 'media_uploads_expiry', columns: ['expiresAt'] },
  { name: 'media_uploads_session', columns: ['sessionId'] },
];

/** Files that are to be sent. */
export const createMediaUploads: Migration = {
  name: '20261130-0045-create-media-uploads',

  async up({ context: schema }) {
    await schema.createTable('media_uploads', mediaUploads, tableOptions);
    for (const index of indexes) await addIndex(schema, 'media_uploads', index);
  },

  async down({ context: schema }) {
    await schema.dropTable('media_uploads');
  },
};
