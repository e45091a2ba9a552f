import { Sequelize } from 'sequelize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresDriver } from '../../../../src/storage/dialects/postgres/driver.ts';
import { createServerPool, type ServerPool } from '../../../../src/storage/dialects/server-pool.ts';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../../../support/database/databases.ts';
import { inParallel } from '../../../support/http/otp-calls.ts';

describe.skipIf(!serverDialects.includes('postgres'))('prepared statements on postgres', () => {
  let testDatabase: TestDatabase;
  let sequelize: Sequelize;
  let pool: ServerPool;

  beforeAll(async () => {
    testDatabase = await createTestDatabase('postgres');
    sequelize = new Sequelize(testDatabase.url, { logging: false });
    pool = createServerPool(sequelize, createPostgresDriver());
    await pool.run('CREATE TABLE "prepared" ("name" VARCHAR(10))');
    await pool.run(`INSERT INTO "prepared" VALUES ('one')`);
  });
  afterAll(async () => {
    await sequelize.close();
    await testDatabase.drop();
  });

  const run = async (sql: string, value: string | number) =>
    (await pool.run(sql, [value], { isPrepared: true })).rows;
  const find = () => run('SELECT * FROM "prepared" WHERE "name" = $1', 'one');

  async function countPrepared(text = '"prepared"'): Promise<number> {
    const { rows } = await pool.run(
      `SELECT name FROM pg_prepared_statements WHERE statement LIKE '%${text}%'`,
    );
    return rows.length;
  }

  it('are prepared once', async () => {
    await find();
    await find();
    expect(await countPrepared()).toBe(1);
  });

  it('are prepared anew after a migration has changed what they return', async () => {
    await find();
    await pool.run('ALTER TABLE "prepared" ADD COLUMN "more" INTEGER DEFAULT 7');
    expect(await inParallel(10, () => find())).toEqual(Array(10).fill([{ name: 'one', more: 7 }]));
  });

  it('fail alone when a value is not accepted, and the connection stays', async () => {
    const cast = () => run('SELECT CAST($1 AS INTEGER) AS "number"', 'none');
    await find();
    await expect(cast()).rejects.toThrow('invalid input syntax');
    expect(await find()).toHaveLength(1);
    expect(await countPrepared()).toBe(1);
  });

  it('are sent whole from when a proxy has taken them away', async () => {
    await find();
    await pool.run('DEALLOCATE ALL');
    expect(await find()).toHaveLength(1);
    const late = 'SELECT CAST($1 AS INTEGER) AS "late"';
    expect(await run(late, 7)).toEqual([{ late: 7 }]);
    expect(await countPrepared('AS "late"')).toBe(0);
  });
});
