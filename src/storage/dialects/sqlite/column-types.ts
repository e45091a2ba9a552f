import type { SqliteConnection } from './connection.ts';

type Answer = Awaited<ReturnType<SqliteConnection['once']>>;

/** Sequelize sends this before each SELECT, because it decodes the columns of instances by their types. */
const READS_TYPES = /^PRAGMA table_info\(/;
const CHANGES_SCHEMA = /^\s*(CREATE|ALTER|DROP)\b/i;

/** Reads the column types of each table once, until the schema changes. */
export function createColumnTypes(reading: SqliteConnection) {
  const known = new Map<string, Promise<Answer>>();

  /** Answers a statement that reads column types; undefined for any other statement. */
  function find(sql: string): Promise<Answer> | undefined {
    if (!READS_TYPES.test(sql)) return undefined;
    const answer = known.get(sql) ?? read(sql);
    known.set(sql, answer);
    return answer;
  }

  async function read(sql: string): Promise<Answer> {
    const answer = await reading.once('all', sql, []).catch((error: unknown) => {
      known.delete(sql);
      throw error;
    });
    // The table does not exist yet.
    if (Array.isArray(answer.rows) && answer.rows.length === 0) known.delete(sql);
    return answer;
  }

  /** Forgets all types after a statement that changes the schema. */
  function noteStatement(sql: string): void {
    if (CHANGES_SCHEMA.test(sql)) known.clear();
  }

  return { find, noteStatement };
}
