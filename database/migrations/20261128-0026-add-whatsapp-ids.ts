import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns, dropIndex } from './change-table.ts';

const TABLE = 'session_contacts';

/** NULL until WhatsApp reports the id of the number. */
const columns = { whatsAppId: { type: DataTypes.STRING(64), allowNull: true } };

/** Finds the number of an id. */
const index = { name: 'session_contacts_whatsapp_id', columns: ['sessionId', 'whatsAppId'] };

export const addWhatsAppIds: Migration = {
  name: '20261128-0026-add-whatsapp-ids',

  async up({ context: schema }) {
    await addColumns(schema, TABLE, columns);
    await addIndex(schema, TABLE, index);
  },

  async down({ context: schema }) {
    await dropIndex(schema, TABLE, index.name);
    await dropColumns(schema, TABLE, Object.keys(columns));
  },
};
