import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { API_KEY } from '../../support/http/client.ts';
import { SECRET_KEY } from '../../support/http/harness.ts';
import { createWhatsAppHarness } from '../../support/whatsapp/linked-harness.ts';
import { startOtherProgram } from '../../support/whatsapp/other-program.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

const PROGRAM = ['dist/src/waverify.js', 'import-auth'];

/** The credentials in a folder, as programs store them that keep them in a database. */
async function toJson(folder: string): Promise<string> {
  const keys: Record<string, Record<string, unknown>> = {};
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  for (const name of await readdir(folder)) {
    const [, category = '', id = ''] = /^(pre-key|session)-(.*)\.json$/.exec(name) ?? [];
    if (category) keys[category] = { ...keys[category], [id]: await read(name) };
  }
  return JSON.stringify({ creds: await read('creds.json'), keys });
}

onOneDatabase('import-auth on %s', (dialect) => {
  let lab: Lab;
  let owner: Phone;
  let friend: Phone;
  let folder: string;
  let database: TestDatabase;

  beforeAll(async () => {
    lab = await startLab();
    [owner, friend] = [lab.addPhone(), lab.addPhone()];
    folder = await mkdtemp(join(tmpdir(), 'waverify-auth-'));
    const other = await startOtherProgram(lab, folder, owner);
    await other.send(friend, 'from the other program');
    await friend.nextMessage();
    await other.stop();
    database = await createTestDatabase(dialect);
  });
  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
    await database.drop();
  });

  async function run(...args: readonly string[]) {
    const env = {
      ...{ PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: database.url },
      ...{ SECRET_KEY, API_KEY, OTP_CHANNELS: 'console', STATE_PATH: database.statePath },
    };
    const child = spawn(process.execPath, [...PROGRAM, ...args], { env });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { code, stdout, stderr };
  }

  it('takes over a device: it is connected, and old contacts read what it sends', async () => {
    const before = await readdir(folder);
    const done = await run('--from', folder);
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toMatch(`Imported ${owner.number} into the session default`);
    expect(done.stdout).toMatch('must stay stopped');
    expect(await readdir(folder)).toEqual(before);

    const h = await createWhatsAppHarness({ lab, database });
    await h.waitForState(['open']);
    const rows = await h.database.statements.select(
      'SELECT "sealed" FROM "session_credentials"',
      [],
    );
    const { noiseKey } = JSON.parse(await readFile(join(folder, 'creds.json'), 'utf8'));
    expect(JSON.stringify(rows)).not.toContain(noiseKey.private.data);
    const body = { to: friend.number, message: 'from Waverify' };
    expect((await h.client.post('/api/sessions/default/send-message', body)).status).toBe(200);
    expect((await friend.nextMessage()).text).toBe('from Waverify');
    expect(owner.devices).toHaveLength(1);
    await h.close();
  });

  it.each([
    [['--from', '/no/such/folder'], 'no such file or folder'],
    [['--from', '.'], 'has no credentials'],
    [[], '--from: is missing'],
    [['--session', 'a b'], '--from: is missing'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('refuses a number or a session that is linked, an unknown account, and a device that no phone has linked', async () => {
    const again = await run('--from', folder, '--session', 'other');
    expect(again.stderr).toContain(`${owner.number} is already linked in session default`);
    const taken = await run('--from', folder, '--second-device');
    expect(taken.stderr).toContain('This session already has a linked number');
    const nowhere = await run('--from', folder, '--account', 'nowhere');
    expect(nowhere.stderr).toContain('there is no account nowhere');
    const empty = join(folder, 'empty.json');
    await writeFile(empty, JSON.stringify({ creds: { registered: false } }));
    expect((await run('--from', empty)).stderr).toContain('no phone has linked this device');
    await rm(empty);
  });

  it('reads a JSON file as well', async () => {
    const file = `${folder}.json`;
    await writeFile(file, await toJson(folder));
    const done = await run('--from', file, '--session', 'copy', '--second-device');
    expect([done.code, done.stderr]).toEqual([0, '']);
    await rm(file);
  });
});
