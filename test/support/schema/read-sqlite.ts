import { ANALYZE_NOTHING } from '../../../database/migrations/sqlite-statistics.ts';
import type { ReadTables } from './read-schema.ts';

/**
 * SQLite keeps the text of each statement, with what every ALTER TABLE made of it. It makes the table of statistics
 * itself, last, when it is to analyse something.
 */
export const readSqlite: ReadTables = async (select) => {
  const rows = await select(
    `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
       AND tbl_name <> 'SequelizeMeta' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY type = 'index', rowid`,
  );
  const [statistics] = await select(`SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'`);
  return [...rows.map(({ sql = '' }) => sql), ...(statistics ? [ANALYZE_NOTHING] : [])];
};
