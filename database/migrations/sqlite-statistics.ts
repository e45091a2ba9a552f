import type { QueryInterface } from 'sequelize';

/**
 * What SQLite is to assume about the indexes of a table, by their names: the number of rows, then the average number of
 * rows with the same value of the first column, of the first two, and so on (sqlite.org/fileformat2.html#stat1tab).
 */
export type Statistics = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Creates the table of statistics if there is none, and reads no table. */
export const ANALYZE_NOTHING = 'ANALYZE sqlite_schema';

/** Replaces the statistics of the tables. A connection uses them once it has been opened again. */
export async function setStatistics(schema: QueryInterface, tables: Statistics): Promise<void> {
  const { sequelize } = schema;
  if (sequelize.getDialect() !== 'sqlite') return;
  await sequelize.query(ANALYZE_NOTHING);
  for (const table of Object.keys(tables)) {
    await sequelize.query('DELETE FROM sqlite_stat1 WHERE tbl = :table', {
      replacements: { table },
    });
  }
  await addStatistics(schema, tables);
}

/** Adds the statistics of new indexes. */
export async function addStatistics(schema: QueryInterface, tables: Statistics): Promise<void> {
  const { sequelize } = schema;
  if (sequelize.getDialect() !== 'sqlite') return;
  for (const [table, indexes] of Object.entries(tables)) {
    for (const [index, numbers] of Object.entries(indexes)) {
      await sequelize.query('INSERT INTO sqlite_stat1 VALUES (:table, :index, :numbers)', {
        replacements: { table, index, numbers },
      });
    }
  }
}

/** Deletes all statistics. */
export async function dropStatistics({ sequelize }: QueryInterface): Promise<void> {
  if (sequelize.getDialect() !== 'sqlite') return;
  await sequelize.query('DROP TABLE IF EXISTS sqlite_stat1');
}
