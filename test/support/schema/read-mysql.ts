import type { ReadTables } from './read-schema.ts';

/**
 * MySQL writes the statement itself, with the indexes in it. `IF NOT EXISTS`, because it commits each table alone:
 * a start that was cut off goes on where it stopped.
 */
export const readMysql: ReadTables = async (select) => {
  const tables = await select(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name <> 'SequelizeMeta' ORDER BY table_name`,
  );
  const created = [];
  for (const { name } of tables) {
    const [row] = await select(`SHOW CREATE TABLE \`${name}\``);
    created.push(toStatement(row?.['Create Table'] ?? ''));
  }
  return created;
};

function toStatement(created: string): string {
  return created
    .replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS')
    .replace(/ AUTO_INCREMENT=\d+/, '');
}
