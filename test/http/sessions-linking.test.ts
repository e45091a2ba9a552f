import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../support/client.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { modulesOf, readBlocks, readPng, readSvg } from '../support/qr-modules.ts';
import { createSessionCalls, labVariables, type SessionCalls } from '../support/session-calls.ts';
import { dumpTables } from '../support/table-dump.ts';
import { type Lab, startLab } from '../support/whatsapp-lab/lab.ts';

const EVERY_TABLE = [
  'sessions',
  'session_credentials',
  'session_contacts',
  'activity_logs',
  'rate_limits',
  'idempotency_keys',
  'deliveries',
  'leases',
];

/** SGR: black on bright white, and back. */
const INK = '\u001b[30;107m';
const RESET = '\u001b[0m';

let lab: Lab;
let h: Harness;
let sessions: SessionCalls;

beforeAll(async () => {
  lab = await startLab();
  h = await createHarness({
    env: { ...labVariables(lab), ALLOWED_REGIONS: 'ID' },
    whatsappTiming: { connectMs: 500 },
  });
  sessions = createSessionCalls(h);
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

describe('the QR of a session', () => {
  it('shows one text in all four formats, and each scans', async () => {
    await sessions.create('formats');
    const json = await sessions.qr('formats');
    const text = String(json.body.data?.['qr']);
    const modules = modulesOf(text);
    expect(text.split(',').length).toBeGreaterThanOrEqual(4);
    expect(json.body.data).toMatchObject({ expiresAt: expect.any(String) });
    expect(json.body.data?.['expiresIn']).toBeGreaterThan(30);

    const [, base64 = ''] = String(json.body.data?.['dataUrl']).split('data:image/png;base64,');
    expect(readPng(Buffer.from(base64, 'base64'))).toEqual(modules);

    const png = await fetchBytes('formats', 'png');
    expect(png.type).toBe('image/png');
    expect(readPng(png.bytes)).toEqual(modules);

    const svg = await sessions.qr('formats', '?format=svg');
    expect(svg.headers['content-type']).toBe('image/svg+xml');
    expect(readSvg(svg.raw)).toEqual(modules);

    const txt = await sessions.qr('formats', '?format=txt');
    expect(txt.headers['content-type']).toBe('text/plain; charset=UTF-8');
    const lines = txt.raw.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(text);
    const picture = lines.slice(0, -2);
    // Black on white whatever the terminal's colours are, and back to them on every line.
    const bare = picture.map((line) => line.slice(INK.length, -RESET.length));
    expect(picture).toEqual(bare.map((line) => `${INK}${line}${RESET}`));
    expect(readBlocks(bare)).toEqual(modules);
    expect(bare.every((line) => line.startsWith('  ') && line.endsWith('  '))).toBe(true);
    await sessions.remove('formats');
  });

  async function fetchBytes(id: string, format: string) {
    const answer = await fetch(`${h.url}/api/sessions/${id}/qr?format=${format}`, {
      headers: { 'x-api-key': API_KEY },
    });
    const type = answer.headers.get('content-type');
    return { type, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  it('begins to link a session that was let be, for all who ask at once', async () => {
    await sessions.create('quiet');
    await sessions.restart('quiet');
    expect((await sessions.status('quiet')).body.data).toMatchObject({ state: 'unlinked' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => sessions.qr('quiet')));
    const texts = new Set(answers.map(({ body }) => body.data?.['qr']));
    expect(texts.size).toBe(1);
    expect([...texts][0]).toEqual(expect.any(String));
    await sessions.remove('quiet');
  });

  it('is refused for a session that is linked, and so is a pairing code', async () => {
    const phone = lab.addPhone();
    await sessions.link('done', phone);
    for (const answer of [await sessions.qr('done'), await sessions.pair('done', phone.number)]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'session_exists']);
      expect(answer.body.message).toContain('linked already');
    }
    lab.end('conflict', phone.pn);
    await sessions.untilState('done', 'replaced');
    expect((await sessions.qr('done')).body.code).toBe('session_exists');
    await sessions.remove('done');
  });

  it('is not there while WhatsApp is not, and the answer says why and when to ask again', async () => {
    lab.faults = { refuseUpgrade: 503 };
    await sessions.create('early');
    const refused = await sessions.qr('early');
    expect([refused.status, refused.body.code]).toEqual([503, 'provider_unavailable']);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.body.message).toMatch(/^There is no QR: .+/);
    lab.faults = {};
    await sessions.restart('early');
    expect((await sessions.qr('early')).status).toBe(200);
    await sessions.remove('early');
  });
});

describe('a pairing code', () => {
  it('links the session when it is typed in on the phone', async () => {
    const phone = lab.addPhone();
    await sessions.create('coded');
    const { status, body } = await sessions.pair('coded', phone.number);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      pairingCode: expect.stringMatching(/^[A-Z0-9]{8}$/),
      expiresAt: expect.any(String),
      expiresIn: expect.any(Number),
    });
    expect((await sessions.status('coded')).body.data).toMatchObject({ state: 'code' });
    const qr = await sessions.qr('coded');
    expect([qr.status, qr.body.code]).toEqual([409, 'request_in_progress']);
    await phone.typePairingCode(String(body.data?.['pairingCode']));
    await sessions.untilState('coded', 'open');
    await sessions.remove('coded');
  });

  it('is for a number of any region, and read as people write it', async () => {
    await sessions.create('abroad');
    lab.addPhone({ pn: '33612345678' });
    expect((await sessions.pair('abroad', '+33 6 12 34 56 78')).status).toBe(200);
    for (const number of [
      '',
      '12',
      '+62',
      '021-5551234',
      '+6281234567890; DROP',
      '0081234567890',
    ]) {
      const { status, body } = await sessions.pair('abroad', number);
      expect([number, status, body.code]).toEqual([number, 400, 'invalid_phone']);
    }
    await sessions.remove('abroad');
  });

  it('is given three times an hour, and the refusal is on record', async () => {
    const phone = lab.addPhone();
    await sessions.create('often');
    const codes: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { status, body } = await sessions.pair('often', phone.number);
      expect(status).toBe(200);
      codes.push(body.data?.['pairingCode']);
    }
    expect(new Set(codes).size).toBe(3);
    const refused = await sessions.pair('often', phone.number);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3000);
    expect(refused.headers['ratelimit-policy']).toBe('"pairing-code-session-hour";q=3;w=3600');
    await expect
      .poll(() => dumpTables(h, ['activity_logs']))
      .toContain('"details":"pairing-code-session-hour"');
    h.advance(3601);
    expect((await sessions.pair('often', phone.number)).status).toBe(200);
    await sessions.remove('often');
  });

  it('is not counted when WhatsApp was out of reach', async () => {
    const phone = lab.addPhone();
    await sessions.create('patient');
    await sessions.restart('patient');
    lab.faults = { refuseUpgrade: 503 };
    for (let round = 0; round < 4; round += 1) {
      const { status, body } = await sessions.pair('patient', phone.number);
      expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    }
    lab.faults = {};
    expect((await sessions.pair('patient', phone.number)).status).toBe(200);
    await sessions.remove('patient');
  });
});

it('QR texts and pairing codes are in no log line and in no table', async () => {
  const secrets: string[] = [];
  const phone = lab.addPhone();
  await sessions.create('secret');
  const qr = await sessions.qr('secret');
  secrets.push(String(qr.body.data?.['qr']));
  await sessions.qr('secret', '?format=txt');
  const pair = await sessions.pair('secret', phone.number);
  secrets.push(String(pair.body.data?.['pairingCode']));
  await phone.typePairingCode(secrets[1] ?? '');
  await sessions.untilState('secret', 'open');
  const dump = await dumpTables(h, EVERY_TABLE);
  expect(dump).toContain('"messageType":"pairing_code"');
  const log = [...h.logLines, ...h.printed].join('');
  expect(log).toContain('"route":"/api/sessions/:id/pair-request"');
  // The parts of a QR's text too; the last is the kind of the program, one digit.
  const parts = secrets.flatMap((text) => [text, ...text.split(',')]);
  for (const secret of parts.filter(({ length }) => length >= 8)) {
    expect([secret, dump.includes(secret), log.includes(secret)]).toEqual([secret, false, false]);
  }
  await sessions.remove('secret');
});
