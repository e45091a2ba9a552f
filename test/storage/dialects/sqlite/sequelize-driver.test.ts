import sqlite3 from 'sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../../src/storage/database.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
  open,
} from '../../../support/database/migrated-database.ts';

const Original = sqlite3.Database;

describe('Sequelize over SQLite', () => {
  let migrated: MigratedDatabase;
  let database: Database;
  let modes: (number | undefined)[];
  /** The statements of `all` that were not prepared. */
  let reads: string[];

  beforeEach(async () => {
    modes = [];
    reads = [];
    sqlite3.Database = class extends Original {
      constructor(...[file, mode, done]: ConstructorParameters<typeof Original>) {
        super(file, mode, done);
        modes.push(mode);
      }
      override all(sql: string, ...rest: never[]) {
        reads.push(sql);
        return super.all(sql, ...rest);
      }
    } as typeof Original;
    migrated = await createMigratedDatabase('sqlite');
    database = migrated.database;
  });
  afterEach(async () => {
    sqlite3.Database = Original;
    await migrated.close();
  });

  const addRow = (details: string) => {
    const [createdAt, updatedAt] = [new Date(0), new Date(0)];
    const row = { accountId: 'default', action: 'api_call', status: 'success', details } as const;
    return database.models.ActivityLog.create({ ...row, createdAt, updatedAt });
  };

  it('opens no second connection that writes', async () => {
    await addRow('one');
    modes = [];
    const again = await open(migrated.testDatabase);
    expect(await again.models.ActivityLog.count()).toBe(1);
    expect(modes.filter((mode) => mode !== sqlite3.OPEN_READONLY)).toHaveLength(1);
    await again.close();
  });

  it('writes in turn with 16 writers of statements, and loses nothing', async () => {
    const insert = (index: number) =>
      database.statements.insert(
        `INSERT INTO "leases" ("name", "owner", "heldUntil")
         VALUES ($1, $2, $3)`,
        [`lease ${index}`, 'node', 0],
      );
    await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        await Promise.all([insert(index), addRow(`row ${index}`)]);
        await database.models.ActivityLog.update(
          { details: 'seen' },
          { where: { details: `row ${index}` } },
        );
      }),
    );
    expect(await database.models.ActivityLog.count({ where: { details: 'seen' } })).toBe(16);
    const [row] = await database.statements.select('SELECT count(*) AS "count" FROM "leases"', []);
    expect(row?.['count']).toBe(16);
  });

  it('answers with the id of a new row and with how many rows changed', async () => {
    const row = await addRow('one');
    expect(row.id).toBe(1);
    const { ActivityLog } = database.models;
    const [count] = await ActivityLog.update({ details: 'two' }, { where: { details: 'one' } });
    expect([count, await ActivityLog.destroy({ where: { details: 'two' } })]).toEqual([1, 1]);
  });

  it('reads the column types of a table once, until the schema changes', async () => {
    const { ActivityLog } = database.models;
    const countTypeReads = () =>
      reads.filter((sql) => /table_info.*activity_logs/.test(sql)).length;
    reads = [];
    await addRow('one');
    for (let index = 0; index < 5; index += 1) {
      const [row] = await ActivityLog.findAll();
      expect(row?.createdAt).toEqual(new Date(0));
    }
    expect(countTypeReads()).toBe(1);
    await database.sequelize.query('ALTER TABLE "activity_logs" ADD COLUMN "addedAt" DATETIME');
    expect(await ActivityLog.count()).toBe(1);
    expect(countTypeReads()).toBe(2);
  });

  it('reads the column types of a table that did not exist before', async () => {
    const query = (sql: string) => database.sequelize.query(sql);
    await expect(query('SELECT * FROM `later`')).rejects.toThrow('no such table');
    await database.statements.change('CREATE TABLE "later" ("at" DATETIME)', []);
    reads = [];
    await query('SELECT * FROM `later`');
    expect(reads.filter((sql) => sql.includes('table_info'))).toHaveLength(1);
  });

  it('refuses a transaction, which would hold the statements of others', async () => {
    await expect(database.sequelize.transaction(async () => {})).rejects.toThrow(
      'statements.transact',
    );
  });

  it('passes on what SQLite says about a wrong statement', async () => {
    await expect(database.sequelize.query('SELECT 1 FROM nowhere')).rejects.toThrow(
      'no such table',
    );
    await expect(database.sequelize.query('DELETE FROM nowhere')).rejects.toThrow('no such table');
  });
});
