import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { openCredentials } from '../../../support/whatsapp/sealed-credentials.ts';
import {
  countCredentials,
  inShort,
  isMarkedLinked,
  readHistory,
  trailOf,
} from '../../../support/whatsapp/session-log.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';
import { createLabClient } from '../../../whatsapp-lab/lab-client.ts';

let lab: Lab;
let h: WhatsAppHarness;

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({ lab, whatsappTiming: { connectMs: 5000, stableMs: 300 } });
});
afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await h.close();
  await lab.close();
});

let made = 0;

/** A session that is open on the account of a new phone, and what happens to it from then on. */
async function linkSession() {
  const phone = lab.addPhone();
  const sessionId = `session-${++made}`;
  await h.link(phone, sessionId);
  const linkedAt = trailOf(h, sessionId).length;
  const trail = () => inShort(trailOf(h, sessionId).slice(linkedAt));
  const come = (last: string) =>
    waitFor(() => (trail().at(-1) === last ? trail() : undefined), `${sessionId} to be ${last}`);
  const restart = () => h.client.post(`/api/sessions/${sessionId}/restart`, {});
  return { phone, sessionId, trail, come, restart };
}

const code = (action: 'stream-error' | 'failure', status: number) => (phone: Phone) =>
  lab.end(action, phone.pn, status);

describe('an end that nobody need see to', () => {
  it.each([
    ['a line that is cut', (phone: Phone) => lab.end('drop', phone.pn), 'connection_closed'],
    ['an outage (503)', code('stream-error', 503), 'service_unavailable'],
    ['a fault of the server (500)', code('stream-error', 500), 'bad_session'],
    ['a code that nobody knows', code('failure', 418), 'unexpected_status'],
  ])('%s: connects again after a wait', async (_, end, reason) => {
    const { phone, sessionId, come } = await linkSession();
    const logins = lab.logins(phone.pn);
    expect(end(phone)).toBe(1);
    expect(await come('open')).toEqual([
      `connecting (${reason})`,
      `backoff 1 (${reason})`,
      'connecting 1',
      'open 1',
      // It counts as good after a stable while only.
      'open',
    ]);
    expect(lab.logins(phone.pn)).toBe(logins + 1);
    expect(lab.connectionsOf(phone.pn)).toBe(1);
    expect(phone.devices).toEqual([1]);
    expect(await isMarkedLinked(h, sessionId)).toBe(true);
    await expect
      .poll(() => readHistory(h, sessionId))
      .toEqual([
        'qr_generate: success',
        'qr_scan: success',
        'connection_open: success',
        `connection_close: error (${reason})`,
        'connection_open: success',
      ]);
  });

  it('a restart that WhatsApp asks for (515): connects again at once, and nothing is wrong', async () => {
    const { phone, sessionId, come } = await linkSession();
    const logins = lab.logins(phone.pn);
    lab.end('stream-error', phone.pn, 515);
    expect(await come('open')).toEqual(['connecting (restart_required)', 'connecting', 'open']);
    expect(lab.logins(phone.pn)).toBe(logins + 1);
    await expect
      .poll(async () => (await readHistory(h, sessionId)).slice(-2))
      .toEqual(['connection_close: success (restart_required)', 'connection_open: success']);
  });
});

describe('an end that needs a person', () => {
  it.each([
    ['banned', 'a ban (403)', 403, 'banned'],
    ['outdated', 'a client that is too old (405)', 405, 'client_outdated'],
    ['failed', 'an account without devices (411)', 411, 'linked_devices_not_allowed'],
  ])(
    '%s: %s keeps the credentials, and is not tried again until it is restarted',
    async (state, _, status, reason) => {
      const { phone, sessionId, trail, restart } = await linkSession();
      const [logins, keys] = [lab.logins(phone.pn), await countCredentials(h, sessionId)];
      lab.end('failure', phone.pn, status);
      const {
        reason: told,
        attempt,
        nextTryAt,
      } = await h.waitForState(['banned', 'outdated', 'failed'], sessionId);
      expect([told, attempt, nextTryAt]).toEqual([reason, 0, null]);
      expect(trail().at(-1)).toMatch(new RegExp(`^${state} `));
      await pause(400);
      expect(lab.logins(phone.pn)).toBe(logins);
      expect(trail()).toHaveLength(2);
      expect(await countCredentials(h, sessionId)).toBeGreaterThanOrEqual(keys);
      expect(await isMarkedLinked(h, sessionId)).toBe(true);
      await expect
        .poll(async () => (await readHistory(h, sessionId)).at(-1))
        .toBe(`connection_close: error (${reason})`);
      expect((await restart()).status).toBe(200);
      await h.waitForState(['open'], sessionId);
      expect(lab.logins(phone.pn)).toBe(logins + 1);
      expect(phone.devices).toEqual([1]);
    },
  );

  it('replaced: the same credentials elsewhere (440) win, and are not thrown out in turn', async () => {
    const { phone, sessionId, come, restart } = await linkSession();
    const rival = createLabClient(lab.url);
    rival.restore(await openCredentials(h, sessionId));
    await rival.open();
    const reason = 'replaced_by_other_client';
    expect(await come(`replaced (${reason})`)).toEqual([
      `connecting (${reason})`,
      `replaced (${reason})`,
    ]);
    const logins = lab.logins(phone.pn);
    await pause(2000);
    expect(lab.logins(phone.pn)).toBe(logins);
    expect(lab.connectionsOf(phone.pn)).toBe(1);
    expect(rival.seen('close')).toEqual([]);
    expect(await countCredentials(h, sessionId)).toBeGreaterThan(800);
    await expect
      .poll(async () => (await readHistory(h, sessionId)).at(-1))
      .toBe(`connection_close: error (${reason})`);
    expect((await h.client.get(`/api/sessions/${sessionId}/qr`)).body.code).toBe('session_exists');
    expect((await restart()).status).toBe(200);
    await h.waitForState(['open'], sessionId);
    expect((await rival.wait('close')).code).toBe(440);
    expect(lab.connectionsOf(phone.pn)).toBe(1);
  });
});

describe('a device that its owner unlinks (401)', () => {
  it('loses its credentials, and can be linked to another account', async () => {
    const { phone, sessionId, come } = await linkSession();
    const logins = lab.logins(phone.pn);
    phone.unlink();
    const reason = 'device_unlinked';
    expect(await come(`logged_out (${reason})`)).toEqual([
      `connecting (${reason})`,
      `logged_out (${reason})`,
    ]);
    expect(await countCredentials(h, sessionId)).toBe(0);
    expect(await isMarkedLinked(h, sessionId)).toBe(false);
    await expect
      .poll(async () => (await readHistory(h, sessionId)).at(-1))
      .toBe(`connection_close: error (${reason})`);
    await pause(400);
    expect(lab.logins(phone.pn)).toBe(logins);

    const other = lab.addPhone();
    const { body } = await h.client.get(`/api/sessions/${sessionId}/qr`);
    await other.scanQr(String(body.data?.['qr']));
    await h.waitForState(['open'], sessionId);
    const { body: details } = await h.client.get(`/api/sessions/${sessionId}`);
    expect(details.data).toMatchObject({ phoneNumber: other.number, isConnected: true });
    expect([phone.devices, other.devices]).toEqual([[], [1]]);
  });

  it('learns of it at its next login, when it was away', async () => {
    const { phone, sessionId } = await linkSession();
    lab.faults = { refuseUpgrade: 503 };
    lab.end('drop', phone.pn);
    await h.waitForState(['backoff', 'connecting'], sessionId);
    phone.unlink();
    lab.faults = {};
    await h.client.post(`/api/sessions/${sessionId}/restart`, {});
    await h.waitForState(['logged_out'], sessionId);
    expect(await countCredentials(h, sessionId)).toBe(0);
  });
});
