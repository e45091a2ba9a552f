import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverDialects } from '../../../support/database/databases.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../../support/database/migrated-database.ts';
import { inParallel } from '../../../support/http/otp-calls.ts';

describe.skipIf(!serverDialects.includes('postgres'))('prepared statements on postgres', () => {
  let migrated: MigratedDatabase;

  beforeAll(async () => {
    migrated = await createMigratedDatabase('postgres');
    await change('CREATE TABLE "prepared" ("name" VARCHAR(10))');
    await change(`INSERT INTO "prepared" VALUES ('one')`);
  });
  afterAll(async () => {
    await change('DROP TABLE "prepared"');
    await migrated.close();
  });

  const change = (sql: string) => migrated.database.statements.change(sql, []);
  const find = (name = 'one') =>
    migrated.database.statements.select('SELECT * FROM "prepared" WHERE "name" = $1', [name]);

  async function countPrepared(text = '"prepared"'): Promise<number> {
    const rows = await migrated.database.statements.select(
      `SELECT name FROM pg_prepared_statements WHERE statement LIKE '%${text}%'`,
      [],
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
    await change('ALTER TABLE "prepared" ADD COLUMN "more" INTEGER DEFAULT 7');
    expect(await inParallel(10, () => find())).toEqual(Array(10).fill([{ name: 'one', more: 7 }]));
  });

  it('fail alone when a value is not accepted, and the connection stays', async () => {
    const cast = () =>
      migrated.database.statements.select('SELECT CAST($1 AS INTEGER) AS "number"', ['none']);
    await find();
    await expect(cast()).rejects.toThrow('invalid input syntax');
    expect(await find()).toHaveLength(1);
    expect(await countPrepared()).toBe(1);
  });

  it('are sent whole from when a proxy has taken them away', async () => {
    await find();
    await change('DEALLOCATE ALL');
    expect(await find()).toHaveLength(1);
    const late = 'SELECT CAST($1 AS INTEGER) AS "late"';
    expect(await migrated.database.statements.select(late, [7])).toEqual([{ late: 7 }]);
    expect(await countPrepared('AS "late"')).toBe(0);
  });
});
