import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { watchSession } from '../../../../src/services/whatsapp/watch-session.ts';
import { OWNER } from '../../../support/owner.ts';
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
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';

const QR_MS = 400;
let lab: Lab;
let h: WhatsAppHarness;

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({
    lab,
    whatsappTiming: { firstQrMs: QR_MS, nextQrMs: QR_MS, connectMs: 5000 },
  });
});
afterEach(() => expect(lab.unhandled).toEqual([]));
afterAll(async () => {
  await h.close();
  await lab.close();
});

const readQr = async (sessionId: string) =>
  String((await h.client.get(`/api/sessions/${sessionId}/qr`)).body.data?.['qr']);

describe('a QR that nobody scans', () => {
  it('changes, ends after six, leaves nothing behind, and comes anew when it is asked for', async () => {
    const texts: string[] = [];
    await h.client.post('/api/sessions', { sessionId: 'left' });
    const stop = await watchSession(h.sessions, OWNER, 'left', {
      onChange: ({ qr }) => void (qr && texts.push(qr.text)),
      onRemoved: () => {},
    });
    await readQr('left');
    await waitFor(
      async () => ((await h.status('left'))['reason'] === 'qr_expired' ? true : undefined),
      'the end',
    );
    expect(await h.status('left')).toMatchObject({
      state: 'unlinked',
      status: 'inactive',
      attempt: 0,
      nextTryAt: null,
    });
    const steps = trailOf(h, 'left');
    expect(inShort(steps)).toEqual([
      'unlinked',
      'connecting (linking)',
      'connecting',
      ...Array(6).fill('qr'),
      'unlinked (qr_expired)',
    ]);
    const shown = steps.filter(({ state }) => state === 'qr');
    const endedAt = steps.at(-1)?.at.getTime() ?? 0;
    expect(endedAt - (shown[0]?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(6 * QR_MS - 10);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeGreaterThanOrEqual(5);
    expect(await countCredentials(h, 'left')).toBe(0);
    expect(await isMarkedLinked(h, 'left')).toBe(false);
    stop();

    const phone = lab.addPhone();
    await expect(phone.scanQr(texts[0] ?? '')).rejects.toThrow(/no longer/);
    await phone.scanQr(await readQr('left'));
    await h.waitForState(['open'], 'left');
    expect(await isMarkedLinked(h, 'left')).toBe(true);
    expect(phone.devices).toEqual([1]);
    // The history has one entry for each attempt, not for each text.
    await expect
      .poll(() => readHistory(h, 'left'))
      .toEqual([
        ...['qr_generate: success', 'qr_generate: success'],
        ...['qr_scan: success', 'connection_open: success'],
      ]);
  });

  it('is linked by its last text as by its first', async () => {
    await h.client.post('/api/sessions', { sessionId: 'late' });
    const phone = lab.addPhone();
    await waitFor(
      () =>
        trailOf(h, 'late').filter(({ state }) => state === 'qr').length === 5 ? true : undefined,
      'the fifth QR',
    );
    await phone.scanQr(await readQr('late'));
    await h.waitForState(['open'], 'late');
  });
});

describe('an attempt to link whose line breaks', () => {
  it.each([
    ['is cut', () => lab.end('drop'), 'connection_closed'],
    ['ends with 503', () => lab.end('stream-error', undefined, 503), 'service_unavailable'],
    ['is refused', () => lab.end('failure', undefined, 401), 'device_unlinked'],
  ])('and %s is over, says so, and can be begun anew', async (what, end, reason) => {
    const sessionId = `broken-${what.replaceAll(' ', '-')}`;
    await h.client.post('/api/sessions', { sessionId });
    await waitFor(() => trailOf(h, sessionId).find(({ state }) => state === 'qr'), 'a QR');
    end();
    await waitFor(
      () => (trailOf(h, sessionId).at(-1)?.state === 'unlinked' ? true : undefined),
      'the end',
    );
    expect(await h.status(sessionId)).toMatchObject({ state: 'unlinked', reason, attempt: 0 });
    expect(await countCredentials(h, sessionId)).toBe(0);
    const phone = lab.addPhone();
    await phone.scanQr(await readQr(sessionId));
    await h.waitForState(['open'], sessionId);
  });

  it('with 405 ends as one of a client that is too old', async () => {
    lab.faults = { minVersion: [3, 0, 0] };
    await h.client.post('/api/sessions', { sessionId: 'old' });
    await h.waitForState(['outdated'], 'old');
    lab.faults = {};
    expect(await countCredentials(h, 'old')).toBe(0);
    await h.client.post('/api/sessions/old/restart', {});
    const phone = lab.addPhone();
    await phone.scanQr(await readQr('old'));
    await h.waitForState(['open'], 'old');
  });
});

it('a line that breaks right after the phone has signed loses nothing', async () => {
  await h.client.post('/api/sessions', { sessionId: 'signed' });
  const phone = lab.addPhone();
  const qr = await readQr('signed');
  lab.faults = { refuseUpgrade: 503 };
  await phone.scanQr(qr);
  await waitFor(() => trailOf(h, 'signed').find(({ state }) => state === 'linking'), 'the scan');
  await waitFor(async () => ((await isMarkedLinked(h, 'signed')) ? true : undefined), 'the record');
  lab.faults = {};
  await h.client.post('/api/sessions/signed/restart', {});
  await h.waitForState(['open'], 'signed');
  // The same device, and not another one. Its own next try may have come before the restart.
  expect(phone.devices).toEqual([1]);
  expect(lab.logins(phone.pn)).toBeLessThanOrEqual(2);
});
