import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { onOneDatabase } from '../support/database/lanes.ts';
import { open as openDatabase } from '../support/database/migrated-database.ts';
import { copyTables } from '../support/database/table-copy.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls } from '../support/http/otp-calls.ts';
import { createPeopleCalls } from '../support/http/users.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

/** All that a backup has of what is told here. */
const ALL = ['otp_logs', 'rate_limits', 'tokens', 'idempotency_keys', 'nodes', 'epochs'];

onOneDatabase('C29: a restored database (%s)', (dialect) => {
  let testDatabase: TestDatabase;
  let open: Harness[];

  beforeEach(async () => {
    testDatabase = await createTestDatabase(dialect);
    open = [];
  });
  afterEach(async () => {
    for (const h of open) await h.close();
    await testDatabase.drop();
  });

  async function start(env: Readonly<Record<string, string>> = {}): Promise<Harness> {
    const h = await createHarness({ database: testDatabase, env: { LOG_LEVEL: 'warn', ...env } });
    open.push(h);
    return h;
  }

  async function stop(h: Harness): Promise<void> {
    open = open.filter((one) => one !== h);
    await h.close();
  }

  const verify = (h: Harness, phoneNumber: string, otp: string) =>
    h.client.post('/api/otp/verify', { phoneNumber, otp });

  /** Sends two codes, copies the tables, and uses one of the codes. */
  async function useAfterCopy(h: Harness, tables: readonly string[]) {
    const otp = createOtpCalls(h);
    const [used, unused] = [nextNumber(), nextNumber()];
    const code = await otp.sendCode(used);
    const other = await otp.sendCode(unused);
    const restore = await copyTables(h.database, tables);
    expect((await verify(h, used, code)).status).toBe(200);
    return { used, code, unused, other, restore };
  }

  it.each([
    ['with all that is about it', ALL],
    ['that lost nothing but what became of the codes', ['otp_logs']],
  ])('%s accepts no code that was used before, after a start', async (_, tables) => {
    const first = await start();
    const { used, code, unused, other, restore } = await useAfterCopy(first, tables);
    await stop(first);
    const second = await start();
    // Until here it was an ordinary restart.
    expect(second.logLines.join('')).not.toContain('restore');
    await stop(second);
    const between = await start();
    await restore(between.database);
    // As after a kill: nobody says goodbye.
    const third = await start();
    expect((await verify(third, used, code)).body.code).toBe('otp_invalid');
    expect((await verify(third, unused, other)).body.code).toBe('otp_invalid');
    expect(third.logLines.join('')).toContain('restore');
    // Life goes on in the new epoch.
    third.advance(61);
    const fresh = await createOtpCalls(third).sendCode(unused);
    expect((await verify(third, unused, fresh)).status).toBe(200);
  });

  it('is noticed by a node that runs, at its next beat', async () => {
    const h = await start();
    const { unused, other, restore } = await useAfterCopy(h, ALL);
    await h.nodes.beat();
    await restore();
    await h.nodes.beat();
    expect((await verify(h, unused, other)).body.code).toBe('otp_invalid');
    expect(h.logLines.join('')).toContain('restore');
  });

  it('gives a node that runs no second use, not even before its next beat', async () => {
    const h = await start();
    const { used, code, unused, other, restore } = await useAfterCopy(h, ALL);
    await restore();
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(h, used, code)));
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
    expect((await verify(h, unused, other)).body.code).toBe('otp_invalid');
  });

  it('is ended once, by whichever node notices first', async () => {
    const [first, second] = [await start(), await start()];
    const { restore } = await useAfterCopy(first, ALL);
    await Promise.all([first.nodes.beat(), second.nodes.beat()]);
    await restore();
    await Promise.all([first, second].flatMap(({ nodes }) => [nodes.beat(), nodes.beat()]));
    const [epoch] = await first.database.statements.select('SELECT "number" FROM "epochs"', []);
    expect(Number(epoch?.['number'])).toBe(1);
    // What is sent in the new epoch is good, and stays so when yet another node starts.
    const phoneNumber = nextNumber();
    const code = await createOtpCalls(second).sendCode(phoneNumber);
    await Promise.all([first.nodes.beat(), second.nodes.beat()]);
    const third = await start();
    expect((await verify(third, phoneNumber, code)).status).toBe(200);
  });

  it('keeps no login, and no answer for a repeated request', async () => {
    const h = await start();
    const { statements } = h.database;
    const people = createPeopleCalls(h);
    const { email } = await people.makePerson();
    const { refreshToken } = await people.enter(email);
    const phoneNumber = nextNumber();
    await h.client.post('/api/otp/send', { phoneNumber }, { 'idempotency-key': 'once' });
    const restore = await copyTables(h.database, ALL);
    await h.nodes.beat();
    await restore();
    await h.nodes.beat();
    expect(await statements.select('SELECT * FROM "idempotency_keys"', [])).toEqual([]);
    expect((await people.refresh(refreshToken)).status).toBe(401);
  });

  it.each([
    ['short', 0, 200],
    ['long', 121_000, 400],
  ])('is guessed on another machine by a silence that was %s', async (_, silence, status) => {
    const first = await start();
    const phoneNumber = nextNumber();
    const code = await createOtpCalls(first).sendCode(phoneNumber);
    await stop(first);
    const anotherMachine = { STATE_PATH: join(testDatabase.statePath, 'another') };
    const database = await openDatabase(testDatabase);
    await database.statements.change('UPDATE "nodes" SET "aliveUntil" = "aliveUntil" - $1', [
      silence,
    ]);
    await database.close();
    const second = await start(anotherMachine);
    expect((await verify(second, phoneNumber, code)).status).toBe(status);
  });

  it('would not be noticed where nothing can be written, which is told of; all else works', async () => {
    const file = join(testDatabase.statePath, 'no-folder');
    writeFileSync(file, '');
    const h = await start({ STATE_PATH: join(file, 'state') });
    const phoneNumber = nextNumber();
    const code = await createOtpCalls(h).sendCode(phoneNumber);
    expect((await verify(h, phoneNumber, code)).status).toBe(200);
    await h.nodes.beat();
    expect(h.logLines.filter((line) => line.includes('STATE_PATH'))).toHaveLength(1);
  });
});
