import { afterAll, afterEach, expect, it } from 'vitest';
import { explainContactBlock } from '../../../../src/domain/whatsapp/session-reason.ts';
import { startSendingLab } from '../../../support/whatsapp/sending-lab.ts';
import type { Phone } from '../../../support/whatsapp-lab/lab.ts';

const HOUR = 3600;

const world = await startSendingLab();
const { lab, owner } = world;
let { h, calls } = world;

afterEach(async () => {
  lab.faults = {};
  h.advance(2 * HOUR);
  expect(lab.unhandled).toEqual([]);
});
afterAll(world.close);

/** WhatsApp refuses messages with 463 from now on; `count` tells how many it has refused. */
function refuseStrangers() {
  const most = 100;
  lab.faults = { nackMessages: { error: 463, times: most } };
  return {
    count: () => most - (lab.faults.nackMessages?.times ?? most),
    stop() {
      lab.faults = {};
    },
  };
}

async function readBlock() {
  const { body } = await h.client.get('/api/sessions/default');
  return {
    until: body.data?.['contactsBlockedUntil'] as string | null,
    by: body.data?.['contactsBlockedBy'],
  };
}

/** Expects that somebody is refused before anything about them leaves this machine. */
async function expectNotEvenTried(phone: Phone): Promise<void> {
  const { until } = await readBlock();
  lab.faults = { silent: true }; // A question to WhatsApp would take its time and end otherwise.
  const { status, body } = await calls.send(phone);
  lab.faults = {};
  expect(status).toBe(503);
  expect(body.errors).toEqual([
    {
      path: 'whatsapp',
      code: 'unavailable',
      message: expect.stringContaining(`new contacts are refused until ${until}: `),
    },
  ]);
  expect(await calls.contactOf(phone)).toBeUndefined();
  expect(phone.inbox).toEqual([]);
}

it('reports a stranger whom WhatsApp refuses (463), and never repeats that message', async () => {
  const refusals = refuseStrangers();
  const phone = lab.addPhone();
  const { status, body } = await calls.send(phone);
  expect(status).toBe(502);
  expect(body).toMatchObject({
    code: 'delivery_failed',
    errors: [{ path: 'whatsapp', message: 'refused: WhatsApp refused the message (463)' }],
  });
  expect(await calls.deliveriesTo(phone)).toEqual([
    expect.objectContaining({
      status: 'failed',
      reason: 'refused',
      details: 'WhatsApp refused the message (463)',
    }),
  ]);
  expect((await calls.contactOf(phone))?.knownAt).toBeUndefined();
  refusals.stop();
  await h.waitForState(['open']);
  expect(refusals.count()).toBe(0);
});

it('leaves strangers alone for an hour then, and says until when', async () => {
  const refusals = refuseStrangers();
  const refusedAt = h.now().getTime();
  await calls.send(lab.addPhone());
  expect(refusals.count()).toBe(1);
  const stranger = lab.addPhone();
  const { status, body } = await calls.send(stranger);
  expect(status).toBe(503);
  expect(refusals.count()).toBe(1);
  const { until, by } = await readBlock();
  expect(by).toBe('contact_refused');
  const blockedFor = (Date.parse(String(until)) - refusedAt) / 1000;
  expect(blockedFor).toBeGreaterThanOrEqual(HOUR);
  expect(blockedFor).toBeLessThan(HOUR + 30);
  expect(body).toMatchObject({
    code: 'provider_unavailable',
    errors: [
      {
        path: 'whatsapp',
        message: `unavailable: new contacts are refused until ${until}: ${explainContactBlock('contact_refused')}`,
      },
    ],
  });
  await expectNotEvenTried(lab.addPhone());
});

it('writes to strangers again when the hour is over', async () => {
  refuseStrangers();
  const phone = lab.addPhone();
  await calls.send(phone);
  lab.faults = {};
  h.advance(HOUR - 60);
  expect((await calls.send(phone)).status).toBe(503);
  h.advance(61);
  expect((await readBlock()).until).toBeNull();
  expect((await calls.sendCode(phone)).message.from).toBe(owner.pn);
});

it('goes on writing to friends and to people who had a message before', async () => {
  const friend = lab.addPhone();
  const reader = lab.addPhone();
  await calls.sendCode(reader);
  await calls.befriend(friend, owner);
  refuseStrangers();
  await calls.send(lab.addPhone());
  lab.faults = {};
  expect((await calls.sendCode(reader)).message.from).toBe(owner.pn);
  lab.faults = { onlyKnownChats: true };
  const sent = await calls.sendCode(friend);
  expect(sent.message.from).toBe(owner.pn);
  expect((await calls.deliveryOf(sent.messageId))['details']).toBe(
    'session default: known contact',
  );
});

it('takes whoever is refused for the stranger that they are, also who had a message before', async () => {
  const reader = lab.addPhone();
  await calls.sendCode(reader);
  lab.faults = { onlyKnownChats: true };
  const { status, body } = await calls.send(reader);
  expect(status).toBe(502);
  expect(body.errors?.[0]?.message).toBe('refused: WhatsApp refused the message (463)');
  expect((await calls.contactOf(reader))?.knownAt).toBeUndefined();
  await expectNotEvenTried(lab.addPhone());
  expect((await calls.send(reader)).status).toBe(503);
  await calls.befriend(reader, owner);
  lab.faults = { onlyKnownChats: true };
  expect((await calls.sendCode(reader)).message.from).toBe(owner.pn);
});

it('still knows after a restart, before it asks WhatsApp anything', async () => {
  refuseStrangers();
  const friend = lab.addPhone();
  await calls.befriend(friend, owner);
  await calls.send(lab.addPhone());
  lab.faults = {};
  const before = await readBlock();
  ({ h, calls } = await world.restart());
  expect(await readBlock()).toEqual(before);
  await expectNotEvenTried(lab.addPhone());
  expect((await calls.sendCode(friend)).message.from).toBe(owner.pn);
});
