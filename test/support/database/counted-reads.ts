import type { Database } from '../../../src/storage/database.ts';
import type { Row, Value } from '../../../src/storage/statement.ts';

/** A database that counts what is read, by statements and by models. */
export function countReads(database: Database) {
  const { statements, sequelize } = database;
  let count = { statements: 0, rows: 0, byModels: 0 };

  async function select(sql: string, values: readonly Value[]): Promise<Row[]> {
    const rows = await statements.select(sql, values);
    count.statements += 1;
    count.rows += rows.length;
    return rows;
  }
  const { options } = sequelize as unknown as { options: { logging: (line: string) => void } };
  // On a server, statements are logged too. Only models give their tables another name.
  options.logging = (line) => {
    if (/: SELECT .* FROM ["`]\w+["`] AS ["`]/.test(line)) count.byModels += 1;
  };

  return {
    database: { ...database, sequelize, statements: { ...statements, select } },
    /** What was read since the last call. */
    take() {
      const taken = count;
      count = { statements: 0, rows: 0, byModels: 0 };
      return taken;
    },
  };
}
