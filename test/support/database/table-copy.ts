import type { Database } from '../../../src/storage/database.ts';
import { placeholders, type Row, type Value } from '../../../src/storage/statement.ts';

/** Copies all rows of some tables, as a backup does; the returned function puts them back in place of all others. */
export async function copyTables(
  { statements }: Pick<Database, 'statements'>,
  tables: readonly string[],
) {
  const copies: (readonly [string, readonly Row[]])[] = [];
  for (const table of tables) {
    copies.push([table, await statements.select(`SELECT * FROM "${table}"`, [])]);
  }
  return async function restore(to: Pick<Database, 'statements'> = { statements }): Promise<void> {
    for (const [table, rows] of copies) {
      await to.statements.change(`DELETE FROM "${table}"`, []);
      for (const row of rows) {
        const names = Object.keys(row).map((name) => `"${name}"`);
        await to.statements.change(
          `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${placeholders(names.length)})`,
          Object.values(row) as Value[],
        );
      }
    }
  };
}
