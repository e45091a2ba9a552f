import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createSessionContacts: Migration = {
  name: '20261121-0010-create-session-contacts',

  async up({ context: schema }) {
    await schema.createTable(
      'session_contacts',
      {
        sessionId: { type: DataTypes.STRING(64), primaryKey: true, allowNull: false },
        phoneNumber: { type: DataTypes.STRING(20), primaryKey: true, allowNull: false },
        // NULL while WhatsApp has not been asked.
        isOnWhatsApp: { type: DataTypes.BOOLEAN, allowNull: true },
        checkedAt: { type: DataTypes.DATE(3), allowNull: true },
        // NULL while this person is not a known contact of the session.
        knownAt: { type: DataTypes.DATE(3), allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    // Finds the sessions that a number knows.
    await schema.addIndex('session_contacts', ['phoneNumber'], { name: 'session_contacts_phone' });
    // For pruning by age.
    await schema.addIndex('session_contacts', ['updatedAt'], { name: 'session_contacts_updated' });
  },

  async down({ context: schema }) {
    await schema.dropTable('session_contacts');
  },
};
