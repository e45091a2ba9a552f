import { Op } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex, dropIndex, type Index } from './change-table.ts';
import { dropStatistics, type Statistics, setStatistics } from './sqlite-statistics.ts';

type LogIndex = Index & { readonly table: string };

/**
 * Most rows of the logs are counted and over. Jobs look for the few others, so on SQLite and PostgreSQL their indexes
 * have only these. MySQL has no partial indexes: there, the index of all rows is also the one for pruning.
 */
const added: readonly LogIndex[] = [
  ...['otp_logs', 'activity_logs'].map((table) => ({
    table,
    name: `${table}_due`,
    columns: ['countDue', 'createdAt'],
    where: { countDue: { [Op.ne]: null } },
  })),
  {
    table: 'otp_logs',
    name: 'otp_logs_live',
    columns: ['status', 'expiresAt'],
    where: { status: 'sent' },
  },
];

/** Replaced by those above and, for a number, by `otp_logs_page_phoneNumber`. */
const dropped: readonly LogIndex[] = [
  { table: 'otp_logs', name: 'otp_logs_prune', columns: ['countDue', 'createdAt'] },
  { table: 'activity_logs', name: 'activity_logs_prune', columns: ['countDue', 'createdAt'] },
  { table: 'otp_logs', name: 'otp_logs_expiry', columns: ['status', 'expiresAt'] },
  {
    table: 'otp_logs',
    name: 'otp_logs_recipient',
    columns: ['accountId', 'phoneNumber', 'purpose', 'id'],
  },
];

/**
 * Logs of a million rows, in which a number has few. Without statistics, SQLite takes an account to have as few, and
 * reads all of it to find the rows of a number.
 */
const statistics: Statistics = {
  otp_logs: {
    otp_logs_created: '1000000 1',
    otp_logs_page: '1000000 500000 1 1',
    otp_logs_page_sessionId: '1000000 500000 100000 1 1',
    otp_logs_page_phoneNumber: '1000000 500000 20 1 1',
    otp_logs_page_status: '1000000 500000 200000 1 1',
    otp_logs_due: '10000 1 1',
    otp_logs_live: '10000 10000 1',
  },
  activity_logs: {
    activity_logs_created: '1000000 1',
    activity_logs_page: '1000000 500000 1 1',
    activity_logs_page_action: '1000000 500000 50000 1 1',
    activity_logs_page_sessionId: '1000000 500000 100000 1 1',
    activity_logs_page_phoneNumber: '1000000 500000 20 1 1',
    activity_logs_page_status: '1000000 500000 200000 1 1',
    activity_logs_verification: '1000000 5',
    activity_logs_due: '10000 1 1',
  },
};

/** Each write to a log changes its indexes too, so there is none that no query needs. */
export const narrowLogIndexes: Migration = {
  name: '20261129-0031-narrow-log-indexes',

  async up({ context: schema }) {
    for (const { table, ...index } of added) await addIndex(schema, table, index);
    for (const { table, name } of dropped) await dropIndex(schema, table, name);
    await setStatistics(schema, statistics);
  },

  async down({ context: schema }) {
    await dropStatistics(schema);
    for (const { table, ...index } of dropped) await addIndex(schema, table, index);
    for (const { table, name } of added) await dropIndex(schema, table, name);
  },
};
