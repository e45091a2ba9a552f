import { type DataType, DataTypes } from 'sequelize';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { models } from '../../src/storage/models/all-models.ts';
import type { Step } from '../../src/storage/statement.ts';
import { onEveryDatabase } from '../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
  open,
} from '../support/database/migrated-database.ts';

type Column = {
  readonly type: (types: typeof DataTypes) => DataType;
  readonly options: { readonly allowNull?: boolean };
};
type AnyRow = Readonly<Record<string, unknown>>;
type AnyModel = {
  readonly table: string;
  readonly columns: string;
  readonly definition: Readonly<Record<string, Column>>;
  insertion(...rows: readonly AnyRow[]): Step;
  decode(row: AnyRow): AnyRow;
  findRows(options: object): Promise<readonly AnyRow[]>;
};

/** The columns whose JSON is not a list of texts. */
const OBJECTS: Readonly<Record<string, unknown>> = {
  settings: { locale: 'id' },
  workflow: [{ channel: 'http' }],
  deviceInfo: { version: '2.3000.1' },
  metadata: { branch: 'Jakarta' },
  data: { channel: 'http' },
  creator: { mode: 'live' },
};

/** A value that tells the types apart: beyond 32 bits, with milliseconds, with quotes. */
function sample(column: string, { type }: Column): unknown {
  const { key, options } = type(DataTypes) as unknown as {
    key: string;
    options?: { length?: number };
  };
  if (key === 'DATE') return new Date('2026-01-31T23:59:59.123Z');
  if (key === 'BOOLEAN') return true;
  if (key === 'BIGINT') return 1_790_000_000_123;
  if (key === 'INTEGER') return 12_345;
  if (/^DOUBLE/.test(key)) return 0.25;
  const object = OBJECTS[column];
  if (object !== undefined) return object;
  const lists = [
    ...['scopes', 'sessions', 'purposes', 'regions', 'networks', 'events', 'channels'],
    'linkDomains',
  ];
  if (lists.includes(column)) return ['a "b"'];
  return 'ÅL\\"\'`'.slice(0, options?.length ?? 9);
}

onEveryDatabase('a table on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let database: Database;
  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    database = migrated.database;
  });
  afterAll(() => migrated.close());

  const names = Object.keys(models) as (keyof typeof models)[];
  const modelOf = (name: keyof typeof models) => database.models[name] as unknown as AnyModel;

  async function readAll({ table, columns, decode }: AnyModel): Promise<AnyRow[]> {
    const rows = await database.statements.select(`SELECT ${columns} FROM "${table}"`, []);
    return rows.map(decode);
  }

  async function replaceBy(model: AnyModel, row: AnyRow): Promise<void> {
    const { sql, values } = model.insertion(row);
    await database.statements.change(`DELETE FROM "${model.table}"`, []);
    await database.statements.change(sql, values);
  }

  it.each(names)(
    '%s reads back every value that was written, by statement and model',
    async (name) => {
      const model = modelOf(name);
      const columns = Object.entries(model.definition);
      const full = Object.fromEntries(
        columns.map(([name, column]) => [name, sample(name, column)]),
      );
      if ('accountId' in full)
        await database.models.Account.ensure(String(full['accountId']), new Date());
      await replaceBy(model, full);
      expect(await readAll(model)).toEqual([full]);
      expect(await model.findRows({})).toEqual([full]);
      const least = Object.fromEntries(
        columns.map(([column, { options }]) => [
          column,
          options.allowNull ? undefined : full[column],
        ]),
      );
      await replaceBy(model, least);
      expect(await readAll(model)).toEqual([least]);
      expect(await model.findRows({})).toEqual([least]);
    },
  );

  it.skipIf(dialect === 'sqlite')(
    'fails as a statement does when no database answers',
    async () => {
      const closed = await open(migrated.testDatabase);
      await closed.close();
      for (const failing of [
        closed.models.User.findRows({}),
        closed.models.User.update({ name: 'Ana' }, { where: { id: 1 } }),
        closed.statements.select('SELECT 1', []),
      ]) {
        await expect(failing).rejects.toMatchObject({ code: 'database_unavailable' });
      }
    },
  );
});
