import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../../src/cli/doctor/examine.ts';
import type { Level } from '../../../src/cli/doctor/finding.ts';
import { describeFindings, toExitCode } from '../../../src/cli/doctor/report.ts';
import type { Database } from '../../../src/storage/database.ts';
import { fillForBackup } from '../../support/database/backup-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onEveryServer } from '../../support/database/lanes.ts';
import { createMigratedDatabase, open } from '../../support/database/migrated-database.ts';
import { insertSessions } from '../../support/database/new-sessions.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, SECRET_KEY } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { runCommand } from '../../support/process/script-process.ts';

type Variables = Readonly<Record<string, string>>;
type Overrides = Parameters<typeof examine>[2];

const AT = new Date('2026-11-01T10:00:00Z');
const GIBIBYTE = 1024 ** 3;
const ROOMY = { readFreeBytes: async () => 50 * GIBIBYTE };
const STRONG = randomBytes(32).toString('hex');

/** A production service with nothing to complain about. */
function variablesOf({ url, statePath }: TestDatabase, changes: Variables = {}) {
  return {
    ...{ NODE_ENV: 'production', DATABASE_URL: url, STATE_PATH: statePath },
    ...{ SECRET_KEY: STRONG, API_KEY: randomBytes(32).toString('hex'), ALLOWED_REGIONS: 'ID' },
    ...{ OTP_CHANNELS: 'http', HTTP_CHANNEL_URL: 'https://gateway.example/send' },
    ...{ MEDIA_PATH: join(statePath, 'media'), ...changes },
  };
}

/** The warnings and errors, as `check level`. Each has a next step. */
async function findFaults(
  database: TestDatabase,
  changes: Variables = {},
  overrides: Overrides = {},
): Promise<string[]> {
  const findings = await examine(variablesOf(database, changes), {}, { ...ROOMY, ...overrides });
  const faults = findings.filter(({ level }) => level === 'warning' || level === 'error');
  for (const { message, next } of faults) expect([message, next]).not.toContain(undefined);
  expect(toExitCode(findings)).toBe(toExitCode(faults));
  return faults.map(({ check, level }) => `${check} ${level}`);
}

let database: TestDatabase;
beforeAll(async () => {
  const migrated = await createMigratedDatabase('sqlite');
  database = migrated.testDatabase;
  await migrated.database.close();
});
afterAll(() => database.drop());

it('is content with a healthy production service', async () => {
  const findings = await examine(variablesOf(database), {}, ROOMY);
  expect(findings.filter(({ level }) => level !== 'ok' && level !== 'note')).toEqual([]);
  expect(toExitCode(findings)).toBe(0);
  const checks = new Set(findings.map(({ check }) => check));
  for (const check of ['node.version', 'settings.sources', 'disk.state', 'database.migrations'])
    expect(checks).toContain(check);
  expect(describeFindings(findings)).toMatch(/ok {7}database.secret-key.*\n[\s\S]*0 errors/);
});

describe('finds in the settings', () => {
  it.each<[string, Variables, string]>([
    ['a value that is none', { PORT: 'http' }, 'settings.configuration error'],
    ['a variable that is mistyped', { OTP_LENGHT: '8' }, 'settings.configuration warning'],
    ['a channel without its variables', { HTTP_CHANNEL_URL: '' }, 'settings.configuration error'],
    [
      'a secret that is easy to guess',
      { SECRET_KEY: 'a'.repeat(40) },
      'settings.configuration error',
    ],
    ['a limit that is off', { LIMIT_SENDS_PER_IP_HOUR: '0' }, 'settings.limits warning'],
    ['a weak hash', { OTP_HASH_MEMORY_KIB: '1024' }, 'settings.weak warning'],
    ['no guard against pumping', { PUMPING_GUARD: 'off' }, 'settings.weak warning'],
    ['that it is not production', { NODE_ENV: 'development' }, 'settings.production warning'],
    ['a demo for everyone', { DEMO: 'public' }, 'settings.demo warning'],
    ['all countries', { ALLOWED_REGIONS: '*' }, 'settings.regions warning'],
    ['an open port without TLS', { HOST: '0.0.0.0' }, 'settings.host warning'],
  ])('%s', async (_, changes, expected) => {
    expect(await findFaults(database, changes)).toEqual([expected]);
  });

  it.each([
    ['20.18.0', false],
    ['18.20.9', false],
    ['20.18.1', true],
    ['22.0.0', true],
  ])('whether Node.js %s is too old', async (nodeVersion, isNewEnough) => {
    const faults = await findFaults(database, {}, { nodeVersion });
    expect(faults).toEqual(isNewEnough ? [] : ['node.version error']);
  });
});

describe('finds on the disk', () => {
  it.each<[string, number, Level]>([
    ['that is nearly full', 0.5 * GIBIBYTE, 'warning'],
    ['that is full', 1024, 'error'],
  ])('one %s', async (_, free, level) => {
    const faults = await findFaults(database, {}, { readFreeBytes: async () => free });
    expect(faults).toEqual(['database', 'state', 'media'].map((name) => `disk.${name} ${level}`));
  });

  it('a file in the place of a folder', async () => {
    const file = join(database.statePath, 'a-file');
    writeFileSync(file, '');
    expect(await findFaults(database, { STATE_PATH: file })).toEqual(['disk.state error']);
    expect(await findFaults(database, { MEDIA_PATH: file })).toEqual(['disk.media error']);
  });

  it('a database that others can read', async () => {
    const file = database.url.slice('sqlite:'.length);
    chmodSync(file, 0o644);
    expect(await findFaults(database)).toEqual(['disk.permissions warning']);
    chmodSync(file, 0o600);
  });
});

describe('finds in the database', () => {
  /** What it finds after something was written. */
  async function findAfter(
    write: (opened: Database, statePath: string) => Promise<unknown>,
    changes: Variables = {},
  ): Promise<string[]> {
    const migrated = await createMigratedDatabase('sqlite');
    await write(migrated.database, migrated.testDatabase.statePath);
    await migrated.database.close();
    const faults = await findFaults(migrated.testDatabase, changes);
    await migrated.testDatabase.drop();
    return faults;
  }

  it('none at all, without creating it', async () => {
    const none = await createTestDatabase('sqlite');
    expect(await findFaults(none)).toEqual(['database.reachable warning']);
    expect(await findFaults(none)).toEqual(['database.reachable warning']);
    await none.drop();
  });

  it('no server, and a file that is no database', async () => {
    const nowhere = 'postgres://postgres@127.0.0.1:1/none';
    const faults = await findFaults(database, { DATABASE_URL: nowhere });
    expect(faults).toEqual(['database.reachable error']);
    const file = join(database.statePath, 'broken.db');
    writeFileSync(file, 'not a database '.repeat(99), { mode: 0o600 });
    const broken = await findFaults(database, { DATABASE_URL: `sqlite:${file}` });
    expect(broken).toEqual(['database.reachable error']);
  });

  it('why a database cannot be opened, and advises once what to do about that', async () => {
    const nowhere = 'postgres://postgres:secret-word@127.0.0.1:1/none';
    const findings = await examine(variablesOf(database, { DATABASE_URL: nowhere }), {}, ROOMY);
    const fault = findings.find(({ check }) => check === 'database.reachable');
    expect(fault?.next).toContain('host and port');
    expect(fault?.message).not.toContain(fault?.next);
    expect(JSON.stringify(findings)).not.toContain('secret-word');
  });

  it('migrations that are pending, or unknown', async () => {
    const remove = `DELETE FROM "SequelizeMeta" WHERE "name" LIKE '%0043%'`;
    const add = `INSERT INTO "SequelizeMeta" ("name") VALUES ('20990101-9999-x')`;
    for (const sql of [remove, add]) {
      const faults = await findAfter(({ statements }) => statements.change(sql, []));
      expect(faults).toEqual(['database.migrations error']);
    }
  });

  it('rows that SECRET_KEY does not open, and a session that its phone has left', async () => {
    const faults = await findAfter(fillForBackup);
    expect(faults).toContain('database.secret-key error');
    const others = await findAfter(fillForBackup, { SECRET_KEY, NODE_ENV: 'test' });
    // No node hosts the other one.
    expect(others.filter((fault) => !fault.startsWith('settings.'))).toEqual([
      'whatsapp.sessions warning',
      'whatsapp.sessions error',
    ]);
  });

  it('no number for WhatsApp, and numbers that do not connect', async () => {
    const whatsapp = { OTP_CHANNELS: 'whatsapp' };
    expect(await findAfter(async () => {}, whatsapp)).toEqual(['whatsapp.sessions error']);
    const faults = await findAfter(async (opened) => {
      await insertSessions(opened, [
        { sessionId: 'a', state: 'backoff' },
        { sessionId: 'b', state: 'replaced' },
        { sessionId: 'c', state: 'open' },
      ]);
      await opened.models.Session.update({ isLinked: true }, { where: {} });
    }, whatsapp);
    expect(faults).toEqual(
      ['warning', 'error', 'warning'].map((one) => `whatsapp.sessions ${one}`),
    );
  });

  it('webhooks that fail, and those that were disabled', async () => {
    const faults = await findAfter(async (opened) => {
      const row = {
        accountId: 'default',
        url: 'https://x.example/',
        events: ['*'],
        sealedSecret: '',
      };
      const times = { createdAt: AT, updatedAt: AT };
      await opened.models.Account.ensure('default', AT);
      await opened.models.Webhook.insertRow({ ...row, webhookId: 'a', failures: 3, ...times });
      await opened.models.Webhook.insertRow({
        ...{ ...row, webhookId: 'b', isActive: false, disabledReason: 'gone' as never, ...times },
      });
    });
    const level = (one: Level) => `webhooks.endpoints ${one}`;
    // Their secrets were sealed by no key.
    expect(faults).toEqual(['database.secret-key error', level('warning'), level('error')]);
  });
});

onEveryServer('finds on %s', (dialect) => {
  it('a clock that differs, and a node with another secret key and version', async () => {
    const { testDatabase, database: opened, close } = await createMigratedDatabase(dialect);
    expect(await findFaults(testDatabase)).toEqual([]);
    const ahead = { now: () => new Date(Date.now() + 5000) };
    expect(await findFaults(testDatabase, {}, ahead)).toEqual(['database.clock warning']);
    const wrong = { now: () => new Date(Date.now() - 3_600_000) };
    expect(await findFaults(testDatabase, {}, wrong)).toEqual(['database.clock error']);
    const now = Date.now();
    await opened.models.Node.insertRow({
      ...{ id: 'other', process: '?.1', host: 'other', processId: 1, startedAt: now, beat: 1 },
      ...{ version: '0.0.9', seenAt: now, aliveUntil: now + 60_000, secretVersions: '00000000' },
    });
    const faults = await findFaults(testDatabase);
    expect(faults).toEqual(['nodes.version warning', 'nodes.secret-key error']);
    await opened.statements.change(`DELETE FROM "nodes"`, []);
    await close();
  });
});

describe('with --send', () => {
  it('has the running service send a code, and says what it answered', async () => {
    const h = await createHarness({});
    const { port } = new URL(h.url);
    const variables = () => ({ ...variablesOf(database), NODE_ENV: 'test', PORT: port, API_KEY });
    const phoneNumber = createPhoneNumbers()();
    const sent = await examine(variables(), { send: phoneNumber }, ROOMY);
    expect(sent.at(-1)).toMatchObject({ check: 'channels.send', level: 'ok' });
    expect(h.gateway.codeFor(phoneNumber)).toMatch(/^\d+$/);
    const refused = await examine(variables(), { send: '+62' }, ROOMY);
    expect(refused.at(-1)).toMatchObject({ check: 'channels.send', level: 'error' });
    await h.close();
    const none = await examine(variables(), { send: phoneNumber }, ROOMY);
    expect(none.at(-1)?.next).toContain('Start the service');
  });
});

it('exits by severity, and prints JSON for programs', async () => {
  const { code, stdout } = await runCommand('doctor', ['--json'], database, {
    env: { STATE_PATH: database.statePath, MEDIA_PATH: join(database.statePath, 'media') },
  });
  const { findings } = JSON.parse(stdout) as { findings: { check: string; level: string }[] };
  const levels = findings.map(({ level }) => level);
  expect(code).toBe(levels.includes('error') ? 2 : 1);
  expect(findings).toContainEqual(expect.objectContaining({ check: 'settings.production' }));
  expect(stdout).not.toContain(SECRET_KEY);
  expect(stdout).not.toContain(API_KEY);
  const people = await runCommand('doctor', [], database, { env: { PORT: 'x' } });
  expect([people.code, people.stdout]).toEqual([2, expect.stringMatching(/ERROR.*PORT.*\n.*->/)]);
});

it('leaves the database as it is', async () => {
  const { statements, close } = await open(database);
  expect(await statements.select(`SELECT * FROM "nodes"`, [])).toEqual([]);
  await close();
});
