import type { ReadTables, Select } from './read-schema.ts';

const OURS = `n.nspname = current_schema() AND c.relname <> 'SequelizeMeta'`;

/** PostgreSQL keeps no text of a table: it is put together from its columns, constraints and indexes. */
export const readPostgres: ReadTables = async (select) => {
  const columns = await readColumns(select);
  const constraints = await readConstraints(select);
  const indexes = await readIndexes(select);
  const partsOf = (parts: typeof columns, table: string) =>
    parts.filter((part) => part.table === table).map(({ sql }) => sql);
  const tables = [...new Set(columns.map(({ table }) => table))];
  return tables.flatMap((table) => {
    const parts = [...partsOf(columns, table), ...partsOf(constraints, table)];
    const lines = parts.map((part) => `  ${part}`).join(',\n');
    return [`CREATE TABLE "${table}" (\n${lines}\n)`, ...partsOf(indexes, table)];
  });
};

type Part = { readonly table: string; readonly sql: string };

async function readColumns(select: Select): Promise<Part[]> {
  const rows = await select(
    `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS "notNull",
       COALESCE(pg_get_expr(d.adbin, d.adrelid), '') AS "default"
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE ${OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY c.relname, a.attnum`,
  );
  return rows.map(({ table = '', name, type = '', notNull, default: value = '' }) => {
    if (value.startsWith('nextval(')) return { table, sql: `"${name}" ${toSerial(type)}` };
    const suffix = value === '' ? '' : ` DEFAULT ${value}`;
    return { table, sql: `"${name}" ${type}${suffix}${notNull}` };
  });
}

/** A serial column makes its own sequence, and drops it with the table. */
function toSerial(type: string): string {
  return type === 'bigint' ? 'bigserial' : 'serial';
}

async function readConstraints(select: Select): Promise<Part[]> {
  const rows = await select(
    `SELECT c.relname AS "table", o.conname AS name, pg_get_constraintdef(o.oid) AS sql
     FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${OURS} AND o.contype IN ('p', 'u', 'c', 'f') ORDER BY c.relname, o.contype, o.conname`,
  );
  return rows.map(({ table = '', name, sql }) => ({ table, sql: `CONSTRAINT "${name}" ${sql}` }));
}

/** The indexes that no constraint makes. */
async function readIndexes(select: Select): Promise<Part[]> {
  const rows = await select(
    `SELECT c.relname AS "table", n.nspname AS schema, pg_get_indexdef(i.indexrelid) AS sql
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${OURS} AND NOT EXISTS (SELECT 1 FROM pg_constraint o WHERE o.conindid = i.indexrelid)
     ORDER BY c.relname, x.relname`,
  );
  return rows.map(({ table = '', schema, sql = '' }) => ({
    table,
    sql: sql.replace(` ON ${schema}.`, ' ON '),
  }));
}
