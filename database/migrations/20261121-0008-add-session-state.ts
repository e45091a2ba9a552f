import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';

const columns = {
  state: { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'unlinked' },
  stateReason: { type: DataTypes.STRING(255), allowNull: true },
  // Tries in a row that failed, and when the next is made.
  attempt: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  nextTryAt: { type: DataTypes.DATE(3), allowNull: true },
  isLinked: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  // Until then the session must not write to anybody for the first time, and why.
  contactsBlockedUntil: { type: DataTypes.DATE(3), allowNull: true },
  contactsBlockedBy: { type: DataTypes.STRING(255), allowNull: true },
};

export const addSessionState: Migration = {
  name: '20261121-0008-add-session-state',

  async up({ context: schema }) {
    // MySQL commits each ALTER TABLE by itself: a start that was cut off goes on where it stopped.
    const existing = await schema.describeTable('sessions');
    for (const [name, column] of Object.entries(columns)) {
      if (!(name in existing)) await schema.addColumn('sessions', name, column);
    }
  },

  async down({ context: schema }) {
    // Sequelize's removeColumn copies the table on SQLite, and its indexes are lost on the way.
    const quote = (name: string) => schema.quoteIdentifier(name);
    for (const name of Object.keys(columns)) {
      await schema.sequelize.query(`ALTER TABLE ${quote('sessions')} DROP COLUMN ${quote(name)}`);
    }
  },
};
