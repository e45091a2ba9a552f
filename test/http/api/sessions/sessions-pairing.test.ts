import { afterAll, describe, expect, it } from 'vitest';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createSessionCalls, NOBODY_LISTENS } from '../../../support/http/session-calls.ts';
import { startSessionLab } from '../../../support/whatsapp/session-lab.ts';

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

const { lab, h, sessions, close } = await startSessionLab({ ALLOWED_REGIONS: 'ID' });
afterAll(close);

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
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1000);
    expect(refused.headers['ratelimit-policy']).toBe('"pairing-code-session-hour";q=3;w=3600');
    await expect
      .poll(() => dumpTables(h, ['activity_logs']))
      .toContain('"details":"pairing-code-session-hour"');
    h.advance(3601);
    expect((await sessions.pair('often', phone.number)).status).toBe(200);
    await sessions.remove('often');
  });

  it('is not counted when WhatsApp was out of reach', async () => {
    const cut = await createHarness({ env: NOBODY_LISTENS });
    const calls = createSessionCalls(cut);
    await calls.create('patient');
    for (let round = 0; round < 4; round += 1) {
      const { status, body } = await calls.pair('patient', '+6281234567890');
      expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    }
    await cut.close();
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
