import type { Database } from '../../src/storage/database.ts';
import type { Value } from '../../src/storage/statement.ts';

export type NewRow = Readonly<Record<string, Value | boolean>>;

const ROWS_AT_ONCE = 500;

/** Inserts `count` rows into a table, a few hundred with each statement. */
export async function writeRows(
  { statements }: Database,
  table: string,
  count: number,
  toRow: (index: number) => NewRow,
): Promise<void> {
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, count - start);
    const rows = Array.from({ length }, (_, index) => toRow(start + index));
    const names = Object.keys(rows[0] ?? {});
    const values: Value[] = [];
    /** The dialects have no common parameter for a boolean. */
    const toSql = (value: Value | boolean) =>
      typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : `$${values.push(value)}`;
    const lines = rows.map((row) => `(${Object.values(row).map(toSql).join(', ')})`);
    await statements.change(
      `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')})
       VALUES ${lines.join(', ')}`,
      values,
    );
  }
}
