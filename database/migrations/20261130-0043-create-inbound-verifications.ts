import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };

/** What a verification by an incoming message needs besides its row of `otp_logs`. */
const verifications = {
  verificationId: { type: DataTypes.STRING(64), primaryKey: true },
  accountId: { type: DataTypes.STRING(36), allowNull: false },
  // The session whose number the link names.
  sessionId: { type: DataTypes.STRING(128), allowNull: false },
  // Keyed, so that the table does not reveal the token.
  tokenDigest: { type: DataTypes.STRING(64), allowNull: false, unique: true },
  returnsCode: { type: DataTypes.BOOLEAN, allowNull: false },
  locale: { type: DataTypes.STRING(35), allowNull: true },
  // JSON list: the regions of the key that requested it, or NULL for all.
  regions: { type: DataTypes.TEXT, allowNull: true },
  // Messages with the right token that were refused, and why the latest one was.
  refusals: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  problem: { type: DataTypes.STRING(32), allowNull: true },
  receivedAt: optionalTime,
  redeemedAt: optionalTime,
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
};

/** The places among the open verifications of a number or an address. */
const places = {
  // A keyed digest of the number or address, and the number of the place.
  place: { type: DataTypes.STRING(64), primaryKey: true },
  verificationId: { type: DataTypes.STRING(64), allowNull: false },
  expiresAt: time,
};

const indexes = [
  ['inbound_verifications', { name: 'inbound_verifications_created', columns: ['createdAt'] }],
  ['inbound_places', { name: 'inbound_places_verification', columns: ['verificationId'] }],
  ['inbound_places', { name: 'inbound_places_expiry', columns: ['expiresAt'] }],
] as const;

/** How the person proves the number: `code` for a code that was sent, `inbound` for a message from the person. */
const method = { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'code' };

export const createInboundVerifications: Migration = {
  name: '20261130-0043-create-inbound-verifications',

  async up({ context: schema }) {
    await schema.createTable('inbound_verifications', verifications, tableOptions);
    await schema.createTable('inbound_places', places, tableOptions);
    for (const [table, index] of indexes) await addIndex(schema, table, index);
    await addColumns(schema, 'otp_logs', { method });
  },

  async down({ context: schema }) {
    // An older version would take their rows for codes.
    await schema.bulkDelete('otp_logs', { method: 'inbound' });
    await dropColumns(schema, 'otp_logs', ['method']);
    await schema.dropTable('inbound_places');
    await schema.dropTable('inbound_verifications');
  },
};
