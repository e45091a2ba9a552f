import type { ReadTables } from './read-schema.ts';

/** SQLite keeps the text of each statement, with what every ALTER TABLE made of it. */
export const readSqlite: ReadTables = async (select) => {
  const rows = await select(
    `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
       AND tbl_name <> 'SequelizeMeta' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY type = 'index', rowid`,
  );
  return rows.map(({ sql = '' }) => sql);
};
