import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Caller } from '../../../src/domain/access/caller.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { createUsageService } from '../../../src/services/analytics/usage-service.ts';
import { createUsageStore, type UsageStore } from '../../../src/storage/analytics/usage-store.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { OWNER } from '../../support/owner.ts';
import { waitFor } from '../../support/wait-for.ts';

const PAGE = { limit: 20_000, before: undefined };
const KEY = { kind: 'key', id: 'abc' } as const;
const CALL = {
  accountId: 'default',
  principal: KEY,
  method: 'POST',
  route: '/api/otp/send',
  status: 200,
  milliseconds: 10,
};

onOneDatabase('the usage service on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let usages: UsageStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    usages = createUsageStore(migrated.database);
  });
  afterAll(() => migrated.close());
  beforeEach(() => migrated.database.statements.change('DELETE FROM "api_usage"', []));

  /** A service of one node, whose clock stands until the test moves it. */
  function createNode() {
    const lines: string[] = [];
    let time = new Date('2026-03-01T12:59:59.999Z');
    const service = createUsageService({
      usages,
      logger: createLogger('info', { write: (line) => void lines.push(line) }),
      now: () => time,
    });
    const setTime = (text: string) => {
      time = new Date(text);
    };
    return { ...service, lines, setTime };
  }

  const readAll = async () => (await usages.list({}, PAGE)).items;
  const countAll = async () => (await readAll()).reduce((sum, { requests }) => sum + requests, 0);

  /** Lets every write fail until the returned function is called. */
  async function breakTable() {
    const { sequelize } = migrated.database;
    await sequelize.query('ALTER TABLE api_usage RENAME TO api_usage_away');
    return () => sequelize.query('ALTER TABLE api_usage_away RENAME TO api_usage');
  }

  it('counts calls by hour, with their time in whole milliseconds', async () => {
    const node = createNode();
    node.note({ ...CALL, milliseconds: 1.4 });
    node.note({ ...CALL, milliseconds: 7.6 });
    node.setTime('2026-03-01T13:00:00.000Z');
    node.note({ ...CALL, milliseconds: 3 });
    await node.close();
    expect(await readAll()).toMatchObject([
      { hour: new Date('2026-03-01T13:00:00Z'), requests: 1, durationSum: 3, durationMax: 3 },
      { hour: new Date('2026-03-01T12:00:00Z'), requests: 2, durationSum: 9, durationMax: 8 },
    ]);
  });

  it('writes at once when very many different rows wait, and not before', async () => {
    const [patient, full] = [createNode(), createNode()];
    for (let status = 0; status < 999; status += 1) patient.note({ ...CALL, status });
    for (let status = 0; status < 1000; status += 1) full.note({ ...CALL, status, route: '/full' });
    await waitFor(async () => (await readAll()).at(0), 'a row');
    await patient.close();
    await full.close();
    const rows = await readAll();
    expect(rows).toHaveLength(1999);
    expect(rows.at(-1)?.route).toBe('/full');
  });

  it('counts what several nodes and many flushes write, each call once', async () => {
    const nodes = [createNode(), createNode()];
    const flushes: Promise<void>[] = [];
    for (let call = 0; call < 600; call += 1) {
      const node = nodes[call % 2];
      node?.note({ ...CALL, status: 200 + (call % 5) });
      if (call % 50 === 0) await Promise.resolve(flushes.push(...nodes.map((one) => one.flush())));
    }
    await Promise.all(flushes);
    await Promise.all(nodes.map((node) => node.close()));
    expect(await countAll()).toBe(600);
    expect(await readAll()).toHaveLength(5);
  });

  it('has written what was noted before when a flush is over, also during another', async () => {
    const node = createNode();
    node.note(CALL);
    const first = node.flush();
    await Promise.resolve();
    node.note({ ...CALL, status: 201 });
    await Promise.all([node.flush(), node.flush()]);
    expect(await countAll()).toBe(2);
    await first;
  });

  it('loses nothing when writing fails, says so once, and goes on when it can', async () => {
    const node = createNode();
    const repair = await breakTable();
    for (let round = 0; round < 3; round += 1) {
      for (let status = 200; status < 220; status += 1) node.note({ ...CALL, status });
      await node.flush();
    }
    await repair();
    expect(await readAll()).toEqual([]);
    expect(node.lines.filter((line) => line.includes('usage could not be written'))).toHaveLength(
      1,
    );
    node.note(CALL);
    await node.flush();
    expect(await countAll()).toBe(61);
    expect((await readAll()).filter(({ requests }) => requests === 3)).toHaveLength(19);
    expect(node.lines.filter((line) => line.includes('dropped'))).toEqual([]);
  });

  it('writes by itself when its time has come, also what could not be written before', async () => {
    const node = createNode();
    const repair = await breakTable();
    node.note(CALL);
    await node.flush();
    await repair();
    expect(await readAll()).toEqual([]);
    await waitFor(async () => (await readAll()).at(0), 'the next try');
    expect(await countAll()).toBe(1);
  });

  it('writes the others when one row can never be written', async () => {
    const node = createNode();
    node.note({ ...CALL, status: Number.MAX_SAFE_INTEGER * 4, milliseconds: Number.NaN });
    for (let status = 200; status < 220; status += 1) node.note({ ...CALL, status });
    await node.flush();
    await node.flush();
    expect(await countAll()).toBe(20);
    await node.close();
    expect(node.lines.at(-1)).toContain('"requests":1');
  });

  it('tells on closing what it cannot write', async () => {
    const node = createNode();
    const repair = await breakTable();
    for (let call = 0; call < 7; call += 1) node.note({ ...CALL, status: 200 + (call % 2) });
    await node.close();
    await repair();
    expect(JSON.parse(node.lines.at(-1) ?? '{}')).toMatchObject({
      msg: 'usage was dropped',
      requests: 7,
    });
  });

  // Ten thousand rows take their time, and the bound is the same whatever is behind it.
  it.runIf(dialect === 'sqlite')(
    'keeps ten thousand rows while it cannot write, and tells how many requests it lost',
    async () => {
      const node = createNode();
      const repair = await breakTable();
      for (let status = 0; status < 10_500; status += 1) node.note({ ...CALL, status });
      await node.flush();
      node.note({ ...CALL, status: 99_999 });
      node.note({ ...CALL, status: 9 });
      await repair();
      await node.close();
      const lines = node.lines.filter((line) => line.includes('"usage was dropped"'));
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ requests: 501 });
      expect(await readAll()).toHaveLength(10_000);
      expect(await countAll()).toBe(10_001);
    },
  );

  it('shows each account its own, and an operator all', async () => {
    const node = createNode();
    node.note(CALL);
    for (let call = 0; call < 2; call += 1) node.note({ ...CALL, accountId: 'other' });
    await node.flush();
    const ask = async (caller: Caller, accountId?: string) => {
      const { items, totals } = await node.list(caller, { accountId }, PAGE);
      return { accounts: items.map((item) => item.accountId).sort(), requests: totals?.requests };
    };
    const person: Caller = { ...OWNER, accountId: 'other' };
    const operator: Caller = { ...OWNER, seesAllAccounts: true };
    expect(await ask(OWNER)).toEqual({ accounts: ['default'], requests: 1 });
    expect(await ask(person)).toEqual({ accounts: ['other'], requests: 2 });
    expect(await ask(person, 'other')).toEqual({ accounts: ['other'], requests: 2 });
    expect(await ask(person, 'default')).toEqual({ accounts: [], requests: 0 });
    expect(await ask(operator)).toEqual({ accounts: ['default', 'other'], requests: 3 });
    expect(await ask(operator, 'other')).toEqual({ accounts: ['other'], requests: 2 });
    expect(await ask(operator, 'nobody')).toEqual({ accounts: [], requests: 0 });
  });
});
