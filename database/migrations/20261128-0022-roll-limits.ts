import { DataTypes, type QueryInterface, QueryTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns, dropIndex } from './change-table.ts';

const INDEX = 'rate_limits_reset';
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/**
 * How long one event of a converted counter counts, and the maximum, both with the default limits, so that
 * existing locks and send counts survive. Other counters restart.
 */
const kept = [
  { start: 'otp-send-cooldown|', intervalMs: MINUTE_MS, most: 1 },
  { start: 'otp-send-phone-hour|', intervalMs: 20 * MINUTE_MS, most: 3 },
  { start: 'otp-send-phone-day|', intervalMs: 240 * MINUTE_MS, most: 5 },
  { start: 'wa-new-contacts-day|', intervalMs: 72 * MINUTE_MS, most: 20 },
  { start: 'otp-fail-phone-hour|', intervalMs: 10 * MINUTE_MS, most: 5 },
  { start: 'otp-fail-phone-day|', intervalMs: 131 * MINUTE_MS, most: 10 },
  { start: 'otp-fail-row|', intervalMs: 400 * DAY_MS, most: 1000 },
] as const;

/**
 * A counter stores one moment: when its count is zero again. It changes with every event, so an index on it
 * would cost more than it saves, and would cause deadlocks on MySQL.
 */
export const rollLimits: Migration = {
  name: '20261128-0022-roll-limits',

  async up({ context: schema }) {
    await dropIndex(schema, 'rate_limits', INDEX);
    if (!('points' in (await schema.describeTable('rate_limits')))) return;
    const { table, key, points, resetsAt } = quotedNames(schema);
    const now = Date.now();
    // Rows that an interrupted start has already changed have no points.
    const live = `${points} > 0 AND ${resetsAt} > ${now}`;
    for (const { start, intervalMs, most } of kept) {
      await schema.sequelize.query(
        // MySQL assigns from left to right, so the points are read before they change.
        `UPDATE ${table} SET ${resetsAt} = ${now} + ${intervalMs} *
             CASE WHEN ${points} > ${most} THEN ${most} ELSE ${points} END,
           ${points} = -1
         WHERE ${key} LIKE '${start}%' AND ${live}`,
      );
    }
    await schema.sequelize.query(`DELETE FROM ${table} WHERE ${points} >= 0`, {
      type: QueryTypes.DELETE,
    });
    await dropColumns(schema, 'rate_limits', ['points']);
  },

  async down({ context: schema }) {
    await addColumns(schema, 'rate_limits', {
      points: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    });
    const { table, key, points, resetsAt } = quotedNames(schema);
    const now = Date.now();
    for (const { start, intervalMs } of kept) {
      // Rounds up without FLOOR or CEIL: SQLite may lack them, and MySQL division returns fractions.
      const left = `(${resetsAt} - ${now} + ${intervalMs} - 1)`;
      await schema.sequelize.query(
        `UPDATE ${table} SET ${points} = (${left} - ${left} % ${intervalMs}) / ${intervalMs}
         WHERE ${key} LIKE '${start}%' AND ${resetsAt} > ${now}`,
      );
    }
    await schema.sequelize.query(`DELETE FROM ${table} WHERE ${points} = 0`, {
      type: QueryTypes.DELETE,
    });
    await addIndex(schema, 'rate_limits', { name: INDEX, columns: ['resetsAt'] });
  },
};

function quotedNames(schema: QueryInterface) {
  const quote = (name: string) => schema.quoteIdentifier(name, true);
  return {
    table: quote('rate_limits'),
    key: quote('limitKey'),
    points: quote('points'),
    resetsAt: quote('resetsAt'),
  };
}
