import type { Database } from '../database.ts';

/** What each server calls its time, in milliseconds since 1970. */
const NOW = {
  postgres: 'EXTRACT(EPOCH FROM clock_timestamp()) * 1000',
  mysql: 'UNIX_TIMESTAMP(NOW(3)) * 1000',
} as const;

/** Reads the clock of the database server; undefined for SQLite, which has the clock of this machine. */
export async function readDatabaseClock({
  name,
  statements,
}: Pick<Database, 'name' | 'statements'>): Promise<Date | undefined> {
  if (name === 'sqlite') return undefined;
  const [row] = await statements.select(`SELECT ${NOW[name]} AS "now"`, []);
  return new Date(Number(row?.['now']));
}
