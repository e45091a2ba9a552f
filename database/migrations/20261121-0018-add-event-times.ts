import { DataTypes, type QueryInterface } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns, dropIndex } from './change-table.ts';

/** The times of a row's events, and which of them the roll-ups have counted. */
const added = {
  otp_logs: {
    // ISO 3166, or empty if the region is unknown.
    region: { type: DataTypes.STRING(2), allowNull: false, defaultValue: '' },
    deliveredAt: { type: DataTypes.DATE(3), allowNull: true },
    readAt: { type: DataTypes.DATE(3), allowNull: true },
    // Bit sets of events: those that happened, and those that have been counted.
    seen: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
    counted: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    // When an event of this row is due to be counted.
    countDue: { type: DataTypes.DATE(3), allowNull: true },
  },
  deliveries: {
    acceptedAt: { type: DataTypes.DATE(3), allowNull: true },
    deliveredAt: { type: DataTypes.DATE(3), allowNull: true },
    readAt: { type: DataTypes.DATE(3), allowNull: true },
    failedAt: { type: DataTypes.DATE(3), allowNull: true },
  },
  activity_logs: {
    verificationId: { type: DataTypes.STRING(64), allowNull: true },
    countDue: { type: DataTypes.DATE(3), allowNull: true },
  },
} as const;

const indexes = [
  { table: 'otp_logs', name: 'otp_logs_count_due', columns: ['countDue'] },
  { table: 'activity_logs', name: 'activity_logs_count_due', columns: ['countDue'] },
  { table: 'activity_logs', name: 'activity_logs_verification', columns: ['verificationId'] },
];

const ASKED = 1;
const SENT = 2;
const DELIVERED = 4;
const READ = 8;
const VERIFIED = 16;
const FAILED = 32;
const EXPIRED = 64;

export const addEventTimes: Migration = {
  name: '20261121-0018-add-event-times',

  async up({ context: schema }) {
    for (const [table, columns] of Object.entries(added)) await addColumns(schema, table, columns);
    for (const statement of fillings(schema)) await schema.sequelize.query(statement);
    for (const { table, ...index } of indexes) await addIndex(schema, table, index);
  },

  async down({ context: schema }) {
    for (const { table, name } of indexes) await dropIndex(schema, table, name);
    for (const [table, columns] of Object.entries(added)) {
      await dropColumns(schema, table, Object.keys(columns));
    }
  },
};

/** Fills the new columns of existing rows; they are counted when the service starts. */
function fillings(schema: QueryInterface): string[] {
  const spell = (sql: string) =>
    sql.replace(/"(\w+)"/g, (_, name: string) => schema.quoteIdentifier(name, true));
  const firstOf = (moment: string) =>
    `(SELECT MIN("deliveries"."${moment}") FROM "deliveries"
      WHERE "deliveries"."verificationId" = "otp_logs"."verificationId")`;
  return [
    `UPDATE "deliveries" SET
       "acceptedAt" = CASE WHEN "status" IN ('accepted', 'delivered', 'read') THEN "createdAt" END,
       "deliveredAt" = CASE WHEN "status" IN ('delivered', 'read') THEN "updatedAt" END,
       "readAt" = CASE WHEN "status" = 'read' THEN "updatedAt" END,
       "failedAt" = CASE WHEN "status" = 'failed' THEN "updatedAt" END`,
    `UPDATE "otp_logs" SET "deliveredAt" = ${firstOf('deliveredAt')}, "readAt" = ${firstOf('readAt')}
     WHERE "status" <> 'failed'`,
    `UPDATE "otp_logs" SET "countDue" = "createdAt", "seen" = ${ASKED}
       + CASE WHEN "channel" IS NOT NULL THEN ${SENT} ELSE 0 END
       + CASE WHEN "deliveredAt" IS NOT NULL THEN ${DELIVERED} ELSE 0 END
       + CASE WHEN "readAt" IS NOT NULL THEN ${READ} ELSE 0 END
       + CASE "status" WHEN 'verified' THEN ${VERIFIED} WHEN 'failed' THEN ${FAILED}
         WHEN 'expired' THEN ${EXPIRED} ELSE 0 END`,
    `UPDATE "activity_logs" SET "countDue" = "createdAt"
     WHERE "action" IN ('message_send', 'limit_hit')`,
  ].map(spell);
}
