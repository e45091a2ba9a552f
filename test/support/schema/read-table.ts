import type { Database } from '../../../src/storage/database.ts';

type Index = { name: string; unique: boolean; fields: { attribute: string }[] };

/** What a database knows of a table: its columns, and every index with the columns that it holds. */
export async function readTable({ sequelize }: Database, table: string) {
  const schema = sequelize.getQueryInterface();
  const columns = await schema.describeTable(table);
  const found = (await schema.showIndex(table)) as Index[];
  const indexes = found.map(({ name, unique, fields }) => ({
    name,
    unique: Boolean(unique),
    fields: fields.map(({ attribute }) => attribute),
  }));
  return { columns: Object.entries(columns).map(describeColumn), indexes };
}

function describeColumn([name, column]: [string, object]) {
  const { type, allowNull, primaryKey, defaultValue } = column as Record<string, unknown>;
  return { name, type, allowNull, primaryKey: Boolean(primaryKey), defaultValue };
}
