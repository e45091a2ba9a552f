import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };

/** Links to hosted pages on which a user verifies a number. */
const columns = {
  pageId: { type: DataTypes.STRING(64), primaryKey: true },
  accountId: { type: DataTypes.STRING(36), allowNull: false },
  // JSON: the credential that created it, with its mode and restrictions.
  creator: { type: DataTypes.TEXT, allowNull: false },
  // Empty until it is known.
  phoneNumber: { type: DataTypes.STRING(254), allowNull: false },
  // Whether the number came with the request, so that the user cannot change it.
  isNumberFixed: { type: DataTypes.BOOLEAN, allowNull: false },
  purpose: { type: DataTypes.STRING(32), allowNull: false },
  companyName: { type: DataTypes.STRING(255), allowNull: true },
  locale: { type: DataTypes.STRING(35), allowNull: true },
  returnUrl: { type: DataTypes.TEXT, allowNull: true },
  openerOrigin: { type: DataTypes.STRING(255), allowNull: true },
  // The browser that uses it: the first one that submits a form.
  browserDigest: { type: DataTypes.STRING(64), allowNull: true },
  verificationId: { type: DataTypes.STRING(64), allowNull: true },
  resendAt: optionalTime,
  // What the user sends to verify by a message.
  sealedInvitation: { type: DataTypes.TEXT, allowNull: true },
  verifiedAt: optionalTime,
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
};

export const createVerificationPages: Migration = {
  name: '20261130-0055-create-verification-pages',

  async up({ context: schema }) {
    await schema.createTable('verification_pages', columns, tableOptions);
    await addIndex(schema, 'verification_pages', {
      name: 'verification_pages_expiry',
      columns: ['expiresAt'],
    });
    await addIndex(schema, 'verification_pages', {
      name: 'verification_pages_number',
      columns: ['accountId', 'phoneNumber'],
    });
  },

  async down({ context: schema }) {
    await schema.dropTable('verification_pages');
  },
};
