import type { ModelAttributeColumnOptions, QueryInterface, WhereOptions } from 'sequelize';

export type Index = {
  readonly name: string;
  readonly columns: readonly string[];
  /** The rows that it has. MySQL ignores this, because its indexes have all rows. */
  readonly where?: WhereOptions;
};

type Columns = Readonly<Record<string, ModelAttributeColumnOptions>>;

/**
 * Adds missing columns. MySQL commits each ALTER TABLE separately, so an interrupted start continues
 * where it stopped.
 */
export async function addColumns(schema: QueryInterface, table: string, columns: Columns) {
  const existing = await schema.describeTable(table);
  for (const [name, column] of Object.entries(columns)) {
    // A copy, because Sequelize sets the type of its dialect in its argument.
    if (!(name in existing)) await schema.addColumn(table, name, { ...column });
  }
}

/** Removes columns without an index. Sequelize's removeColumn copies the table on SQLite and loses its indexes. */
export async function dropColumns(schema: QueryInterface, table: string, names: readonly string[]) {
  const quote = (name: string) => schema.quoteIdentifier(name);
  for (const name of names) {
    await schema.sequelize.query(`ALTER TABLE ${quote(table)} DROP COLUMN ${quote(name)}`);
  }
}

/** Adds an index unless it exists, as after an interrupted start. */
export async function addIndex(
  schema: QueryInterface,
  table: string,
  { name, columns, where }: Index,
): Promise<void> {
  if (await hasIndex(schema, table, name)) return;
  await schema.addIndex(table, [...columns], { name, ...(where && { where }) });
}

/** Removes an index if it exists. */
export async function dropIndex(schema: QueryInterface, table: string, name: string) {
  if (await hasIndex(schema, table, name)) await schema.removeIndex(table, name);
}

async function hasIndex(schema: QueryInterface, table: string, name: string): Promise<boolean> {
  const existing = (await schema.showIndex(table)) as readonly { readonly name: string }[];
  return existing.some((index) => index.name === name);
}
