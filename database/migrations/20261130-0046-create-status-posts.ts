import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const optionalText = (length: number) => ({ type: DataTypes.STRING(length), allowNull: true });

const statusPosts = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  accountId: text(36),
  sessionId: text(128),
  statusId: text(128),
  // text, image or video.
  statusType: text(10),
  // pending, posted, failed or revoked.
  state: text(10),
  errorCode: optionalText(32),
  sealedContent: { type: DataTypes.TEXT, allowNull: true },
  sealedAudience: { type: DataTypes.TEXT, allowNull: false },
  secretVersion: text(16),
  mediaId: optionalText(40),
  audienceCount: { type: DataTypes.INTEGER, allowNull: false },
  revokedAt: optionalTime,
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
};

const uniqueKeys = { status_posts_key: { fields: ['sessionId', 'statusId'] } };

/** Status posts of sessions, for the day on which they are shown. */
export const createStatusPosts: Migration = {
  name: '20261130-0046-create-status-posts',

  async up({ context: schema }) {
    const options = { ...tableOptions, uniqueKeys };
    await schema.createTable('status_posts', statusPosts, options);
    await addIndex(schema, 'status_posts', { name: 'status_posts_expiry', columns: ['expiresAt'] });
  },

  async down({ context: schema }) {
    await schema.dropTable('status_posts');
  },
};
