import type { Database } from '../../src/storage/database.ts';
import { placeholders, type Value } from '../../src/storage/statement.ts';

export type NewRow = Readonly<Record<string, Value>>;

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
    const lines = rows.map(
      (_, index) => `(${placeholders(names.length, index * names.length + 1)})`,
    );
    await statements.change(
      `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')})
       VALUES ${lines.join(', ')}`,
      rows.flatMap((row) => Object.values(row)),
    );
  }
}
