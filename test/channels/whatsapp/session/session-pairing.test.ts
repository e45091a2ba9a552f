import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionState } from '../../../../src/domain/whatsapp/session.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import {
  countCredentials,
  inShort,
  isMarkedLinked,
  readHistory,
  trailOf,
} from '../../../support/whatsapp/session-log.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let database: TestDatabase;
let h: WhatsAppHarness;

/** No test here waits for these to run out. A machine under load must not lose a lease or a connection. */
const TIMING = { connectMs: 20_000, leaseMs: 15_000 };

/** How long the waits may take on such a machine. */
const WAIT_MS = 30_000;

const start = () => createWhatsAppHarness({ lab, database, whatsappTiming: TIMING });
const waitForState = (state: SessionState, sessionId: string) =>
  h.waitForState([state], sessionId, WAIT_MS);
const untilQr = (sessionId: string) =>
  waitFor(() => trailOf(h, sessionId).find(({ state }) => state === 'qr'), 'a QR', WAIT_MS);

beforeAll(async () => {
  lab = await startLab();
  database = await createTestDatabase('sqlite');
  h = await start();
});
afterEach(() => expect(lab.unhandled).toEqual([]));
afterAll(async () => {
  await h.close();
  await database.drop();
  await lab.close();
});

let made = 0;

/** A session with nobody's account, and what an operator asks of it. */
async function createSession() {
  const sessionId = `paired-${++made}`;
  await h.client.post('/api/sessions', { sessionId });
  return {
    sessionId,
    phone: lab.addPhone(),
    async askCode({ number }: Phone) {
      const { status, body } = await h.client.post(`/api/sessions/${sessionId}/pair-request`, {
        number,
      });
      expect(status).toBe(200);
      return String(body.data?.['pairingCode']);
    },
    async scan(phone: Phone) {
      const { body } = await h.client.get(`/api/sessions/${sessionId}/qr`);
      await phone.scanQr(String(body.data?.['qr']));
      await waitForState('open', sessionId);
    },
  };
}

describe('a pairing code', () => {
  it('links the session when it is typed in', async () => {
    const { sessionId, phone, askCode } = await createSession();
    const code = await askCode(phone);
    expect(await countCredentials(h, sessionId)).toBe(0);
    await phone.typePairingCode(code);
    await waitForState('open', sessionId);
    expect(inShort(trailOf(h, sessionId)).slice(-4)).toEqual([
      'code',
      'linking',
      'linking',
      'open',
    ]);
    expect(await isMarkedLinked(h, sessionId)).toBe(true);
    await expect
      .poll(async () => (await readHistory(h, sessionId)).slice(-2))
      .toEqual(['qr_scan: success', 'connection_open: success']);
  });

  it('that was typed wrong can be typed again, or left for a new one', async () => {
    const { sessionId, phone, askCode } = await createSession();
    const code = await askCode(phone);
    const wrong = code.startsWith('A') ? `B${code.slice(1)}` : `A${code.slice(1)}`;
    await expect(phone.typePairingCode(wrong)).rejects.toThrow();
    expect(phone.devices).toEqual([]);
    expect(await countCredentials(h, sessionId)).toBe(0);
    await phone.typePairingCode(await askCode(phone));
    await waitForState('open', sessionId);
  });

  it('that is asked for while one is out takes its place', async () => {
    const { sessionId, phone, askCode } = await createSession();
    const first = await askCode(phone);
    const second = await askCode(phone);
    expect(second).not.toBe(first);
    expect((await h.status(sessionId))['state']).toBe('code');
    await phone.typePairingCode(second);
    await waitForState('open', sessionId);
    expect(phone.devices).toEqual([1]);
  });

  it('tells how long it is good, also when the attempt is older than the code', async () => {
    const { sessionId, phone } = await createSession();
    await untilQr(sessionId);
    h.advance(40);
    const { body } = await h.client.post(`/api/sessions/${sessionId}/pair-request`, {
      number: phone.number,
    });
    // 160 s for the whole attempt, of which 40 are over.
    expect(body.data?.['expiresIn']).toBeGreaterThan(90);
    expect(body.data?.['expiresIn']).toBeLessThanOrEqual(120);
  });
});

// Baileys keeps the number of a code that was never typed, and would log in with it: refused with 401.
describe('a pairing code that nobody types', () => {
  it('leaves nothing behind when its line is cut', async () => {
    const { sessionId, phone, askCode, scan } = await createSession();
    await askCode(phone);
    lab.end('drop');
    await waitForState('unlinked', sessionId);
    expect(await h.status(sessionId)).toMatchObject({ reason: 'connection_closed', attempt: 0 });
    expect(await countCredentials(h, sessionId)).toBe(0);
    await scan(phone);
    expect([phone.devices, lab.logins(phone.pn)]).toEqual([[1], 1]);
  });

  it('is given up by a restart of the session, and another account can be linked by QR', async () => {
    const { sessionId, phone, askCode, scan } = await createSession();
    await askCode(phone);
    await h.client.post(`/api/sessions/${sessionId}/restart`, {});
    expect(await waitForState('unlinked', sessionId)).toMatchObject({ reason: null });
    const other = lab.addPhone();
    await scan(other);
    expect([phone.devices, other.devices]).toEqual([[], [1]]);
  });

  it.each(['code', 'qr'] as const)(
    'or scans leaves nothing behind when the service stops (%s)',
    async (how) => {
      const { sessionId, phone, askCode } = await createSession();
      if (how === 'code') await askCode(phone);
      else await untilQr(sessionId);
      const first = h;
      await first.close();
      expect(inShort(trailOf(first, sessionId)).at(-1)).toBe('unlinked (not_kept)');
      expect(first.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
      h = await start();
      expect(await waitForState('unlinked', sessionId)).toMatchObject({ isConnected: false });
      expect(await countCredentials(h, sessionId)).toBe(0);
      expect(lab.logins(phone.pn)).toBe(0);
      const { body } = await h.client.get(`/api/sessions/${sessionId}/qr`);
      await phone.scanQr(String(body.data?.['qr']));
      await waitForState('open', sessionId);
    },
  );
});
