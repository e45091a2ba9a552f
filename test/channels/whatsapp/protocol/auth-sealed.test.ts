import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BufferJSON } from '../../../../src/channels/whatsapp/protocol/baileys.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { openCredentials } from '../../../support/whatsapp/sealed-credentials.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

/** Fields of Baileys and libsignal that hold keys, as JSON has them. */
const NAMES = [
  'noiseKey',
  'signedIdentityKey',
  'advSecretKey',
  'privKey',
  'rootKey',
  'indexInfo',
  'pairingCode',
];

let lab: Lab;
let h: WhatsAppHarness;
let owner: Phone;
/** What must be nowhere, however it is written. */
const secrets: Buffer[] = [];

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({
    lab,
    env: { LOG_LEVEL: 'trace' },
    whatsappTiming: { connectMs: 5000 },
  });
  owner = lab.addPhone();
  const alice = lab.addPhone();
  await h.client.post('/api/sessions', { sessionId: 'default' });
  const qr = await h.client.get('/api/sessions/default/qr');
  const text = String(qr.body.data?.['qr']);
  const pair = await h.client.post('/api/sessions/default/pair-request', { number: owner.number });
  const code = String(pair.body.data?.['pairingCode']);
  // The parts of a QR's text too; the last is the kind of the program, one digit.
  for (const part of [text, ...text.split(','), code])
    if (part.length >= 8) secrets.push(Buffer.from(part));
  await owner.typePairingCode(code);
  await h.waitForState(['open']);
  for (const words of ['one', 'two']) {
    await h.client.post('/api/sessions/default/send-message', { to: alice.number, message: words });
    await alice.nextMessage();
    await alice.sendText(owner.pn, `back: ${words}`);
  }
  await waitFor(() => (alice.receipts.length === 2 ? true : undefined), 'two receipts');
});
afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await h.close();
  await lab.close();
});

/** Every piece of bytes in what was read from JSON: as bytes, or as a text of base64. */
function* findBytes(value: unknown): Generator<Buffer> {
  if (value instanceof Uint8Array) yield Buffer.from(value);
  else if (typeof value === 'string') yield* readBase64(value);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) yield* findBytes(part);
  }
}

function readBase64(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= 32 && bytes.toString('base64') === text ? [bytes] : [];
}

/** Every key that the session has by now, of itself and of its conversations. */
async function collectKeys(): Promise<void> {
  const credentials = JSON.parse(await openCredentials(h, 'default'), BufferJSON.reviver);
  for (const bytes of findBytes(credentials)) if (bytes.length >= 16) secrets.push(bytes);
}

function findSecrets(place: string): string[] {
  const written = secrets.flatMap((bytes) =>
    (['base64', 'hex', 'latin1'] as const).map((form) => bytes.toString(form)),
  );
  return [...NAMES, ...new Set(written)].filter((text) => place.includes(text));
}

it('what links a session, and what it is linked by, is readable in no table, file or log line', async () => {
  await collectKeys();
  expect(secrets.length).toBeGreaterThan(1600);

  const tables = await h.database.statements.select(
    `SELECT "name" FROM "sqlite_master" WHERE "type" = 'table'`,
    [],
  );
  const names = tables.map(({ name }) => String(name));
  expect(names).toContain('session_credentials');
  const dump = await dumpTables(h, names);
  expect(dump).toContain('"category":"creds"');
  expect(findSecrets(dump)).toEqual([]);

  const folder = dirname(h.testDatabase.url.slice('sqlite:'.length));
  const files = readdirSync(folder);
  expect(files.some((name) => name.endsWith('-wal'))).toBe(true);
  for (const name of files)
    expect(findSecrets(readFileSync(join(folder, name), 'latin1'))).toEqual([]);

  const log = [...h.logLines, ...h.printed].join('');
  expect(log).toContain('"state":"open"');
  expect(findSecrets(log)).toEqual([]);
});
