import type { Harness } from './harness.ts';

/** Everything that the named tables hold, as text, to tell whether anything changed. */
export async function dumpTables(
  { database }: Pick<Harness, 'database'>,
  names: readonly string[],
): Promise<string> {
  const tables: Record<string, unknown> = {};
  for (const name of names) {
    tables[name] = await database.statements.select(`SELECT * FROM "${name}" ORDER BY 1`, []);
  }
  return JSON.stringify(tables);
}
