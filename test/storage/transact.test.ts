import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Step } from '../../src/storage/statement.ts';
import { onEveryDatabase } from '../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../support/database/migrated-database.ts';
import { inParallel } from '../support/http/otp-calls.ts';

onEveryDatabase('several statements at once on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let made = 0;
  const nextName = () => `lease-${++made}`;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
  });
  afterAll(() => migrated.close());

  const transact = (...steps: Step[]) => migrated.database.statements.transact(steps);
  const add = (name: string, heldUntil = 1): Step => ({
    sql: `INSERT INTO "leases" ("name", "owner", "heldUntil") VALUES ($1, $2, $3)`,
    values: [name, 'owner', heldUntil],
  });
  const raise = (name: string, expectedRows?: number): Step => ({
    sql: `UPDATE "leases" SET "heldUntil" = "heldUntil" + 1 WHERE "name" = $1`,
    values: [name],
    ...(expectedRows !== undefined && { expectedRows }),
  });
  const broken: Step = { sql: `UPDATE "leases" SET "nothing" = 1`, values: [] };

  async function heldUntil(...names: string[]) {
    const rows = await migrated.database.statements.select(
      `SELECT "name", "heldUntil" FROM "leases"`,
      [],
    );
    const found = new Map(rows.map((row) => [row['name'], Number(row['heldUntil'])]));
    return names.map((name) => found.get(name));
  }

  it('take effect together', async () => {
    const [a, b] = [nextName(), nextName()];
    expect(await transact(add(a), add(b), raise(a, 1), raise('nobody'), raise('nobody', 0))).toBe(
      true,
    );
    expect(await heldUntil(a, b)).toEqual([2, 1]);
    expect(await transact()).toBe(true);
  });

  it.each([
    [0, 'one row is touched, not none'],
    [2, 'one row is touched, not two'],
  ])('leave nothing behind when a step should touch %i rows', async (expectedRows) => {
    const [a, b] = [nextName(), nextName()];
    await transact(add(a));
    expect(await transact(raise(a), add(b), raise(a, expectedRows), raise(a))).toBe(false);
    expect(await heldUntil(a, b)).toEqual([1, undefined]);
  });

  it('fail with a time that is none, and leave the database usable', async () => {
    const [a, b] = [nextName(), nextName()];
    const { statements } = migrated.database;
    const none = new Date(Number.NaN);
    const sql = `UPDATE "leases" SET "heldUntil" = 1 WHERE "name" = $1`;
    await expect(statements.change(sql, [none])).rejects.toThrow();
    await expect(transact(add(a), { sql, values: [none] })).rejects.toThrow();
    expect(await transact(add(b))).toBe(true);
    expect(await heldUntil(a, b)).toEqual([undefined, 1]);
  });

  it('count a row that already has its value as touched', async () => {
    const name = nextName();
    await transact(add(name, 7));
    const same = `UPDATE "leases" SET "heldUntil" = "heldUntil" WHERE "name" = $1`;
    expect(await transact({ sql: same, values: [name], expectedRows: 1 })).toBe(true);
  });

  it('leave nothing behind when a later one breaks a constraint or is not understood', async () => {
    const [a, b] = [nextName(), nextName()];
    await transact(add(a));
    await expect(transact(raise(a), add(b), add(a))).rejects.toThrow();
    await expect(transact(raise(a), add(b), broken)).rejects.toThrow();
    expect(await heldUntil(a, b)).toEqual([1, undefined]);
    expect(await transact(raise(a, 1))).toBe(true);
  });

  it('are undone alone among 60 others at the same moment', async () => {
    const names = Array.from({ length: 60 }, nextName);
    const taken = nextName();
    await transact(add(taken));
    const outcomes = await Promise.allSettled(
      names.map((name, i) => {
        if (i % 4 === 0) return transact(add(name), add(taken));
        if (i % 4 === 1) return transact(add(name), raise(name, 2));
        if (i % 4 === 2) return transact(add(name), raise(name, 1));
        return migrated.database.statements.change(add(name).sql, add(name).values);
      }),
    );
    const answers = outcomes.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'));
    expect(answers).toEqual(names.map((_, i) => ['failed', false, true, 1][i % 4]));
    expect(await heldUntil(...names)).toEqual(
      names.map((_, i) => [undefined, undefined, 2, 1][i % 4]),
    );
  });

  it('let one of 50 concurrent callers through a guard, with all that follows it', async () => {
    const [guard, other] = [nextName(), nextName()];
    await transact(add(guard, 1), add(other, 1));
    const take: Step = {
      sql: `UPDATE "leases" SET "heldUntil" = 9 WHERE "name" = $1 AND "heldUntil" = 1`,
      values: [guard],
      expectedRows: 1,
    };
    const passed = await inParallel(50, () => transact(raise(other), take, raise(other)));
    expect(passed.filter(Boolean)).toHaveLength(1);
    expect(await heldUntil(guard, other)).toEqual([9, 3]);
  });

  it('are tried again when two of them wait for each other', async () => {
    const [a, b] = [nextName(), nextName()];
    await transact(add(a, 0), add(b, 0));
    for (let round = 0; round < 4; round += 1) {
      await Promise.all([transact(raise(a), raise(b)), transact(raise(b), raise(a))]);
    }
    expect(await heldUntil(a, b)).toEqual([8, 8]);
  });
});
