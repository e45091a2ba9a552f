import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

const choice = (length: number, defaultValue: string) => ({
  type: DataTypes.STRING(length),
  allowNull: false,
  defaultValue,
});

/** What a session is for, and what of its conversations is stored. USE and IGNORE are reserved words of MySQL. */
const sessionColumns = {
  storeLevel: choice(10, 'none'),
  usedFor: choice(16, 'passcodes'),
  // Separated by commas.
  ignoredChats: choice(64, 'groups,status,newsletters'),
};

const contactColumns = {
  lid: { type: DataTypes.STRING(20), allowNull: true },
  // The name in the phone's address book, and the name that the person chose.
  sealedName: { type: DataTypes.TEXT, allowNull: true },
  sealedPushName: { type: DataTypes.TEXT, allowNull: true },
  isBlocked: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
};

export const addSessionSettings: Migration = {
  name: '20261130-0041-add-session-settings',

  async up({ context: schema }) {
    await addColumns(schema, 'sessions', sessionColumns);
    await addColumns(schema, 'session_contacts', contactColumns);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'session_contacts', Object.keys(contactColumns));
    await dropColumns(schema, 'sessions', Object.keys(sessionColumns));
  },
};
