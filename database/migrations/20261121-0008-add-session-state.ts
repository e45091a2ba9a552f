import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';

const columns = {
  state: { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'unlinked' },
  stateReason: { type: DataTypes.STRING(255), allowNull: true },
  // Consecutive failed attempts to connect, and when the next one is made.
  attempt: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  nextTryAt: { type: DataTypes.DATE(3), allowNull: true },
  isLinked: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  // Until when the session must not write to new contacts, and why.
  contactsBlockedUntil: { type: DataTypes.DATE(3), allowNull: true },
  contactsBlockedBy: { type: DataTypes.STRING(255), allowNull: true },
};

export const addSessionState: Migration = {
  name: '20261121-0008-add-session-state',

  async up({ context: schema }) {
    // MySQL commits each ALTER TABLE separately, so an interrupted start continues where it stopped.
    const existing = await schema.describeTable('sessions');
    for (const [name, column] of Object.entries(columns)) {
      if (!(name in existing)) await schema.addColumn('sessions', name, column);
    }
  },

  async down({ context: schema }) {
    // Sequelize's removeColumn copies the table on SQLite and loses its indexes.
    const quote = (name: string) => schema.quoteIdentifier(name);
    for (const name of Object.keys(columns)) {
      await schema.sequelize.query(`ALTER TABLE ${quote('sessions')} DROP COLUMN ${quote(name)}`);
    }
  },
};
