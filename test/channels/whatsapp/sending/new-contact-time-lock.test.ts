import { afterAll, afterEach, expect, it } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { startSendingLab } from '../../../support/whatsapp/sending-lab.ts';

const HOUR = 3600;

const { lab, owner, h, calls, close } = await startSendingLab();

afterEach(async () => {
  lab.faults = {};
  lab.setTimeLock(owner.pn, { isActive: false }, { notify: true });
  await untilBlock(null);
  expect(lab.unhandled).toEqual([]);
});
afterAll(close);

/** A moment of the service's clock, in whole seconds, as WhatsApp names moments. */
const inSeconds = (seconds: number) =>
  new Date((Math.floor(h.now().getTime() / 1000) + seconds) * 1000);

async function readBlock(): Promise<unknown> {
  const { body } = await h.client.get('/api/sessions/default');
  return body.data?.['contactsBlockedUntil'];
}

/** Resolves when the session says that strangers are left alone until then, or are not at all. */
function untilBlock(until: string | null) {
  return waitFor(async () => ((await readBlock()) === until ? true : undefined), `block ${until}`);
}

async function lock(endsAt: Date): Promise<void> {
  lab.setTimeLock(owner.pn, { isActive: true, endsAt }, { notify: true });
  await untilBlock(endsAt.toISOString());
}

it('leaves strangers alone until exactly the moment that WhatsApp names', async () => {
  const endsAt = inSeconds(5 * HOUR);
  await lock(endsAt);
  const phone = lab.addPhone();
  const { status, body } = await calls.send(phone);
  expect(status).toBe(503);
  expect(body.errors?.[0]?.message).toBe(
    `unavailable: new contacts are refused until ${endsAt.toISOString()}: ` +
      'WhatsApp restricts this number to existing contacts',
  );
  expect(phone.inbox).toEqual([]);
});

it('still writes to friends', async () => {
  const friend = lab.addPhone();
  await calls.befriend(friend, owner);
  await lock(inSeconds(5 * HOUR));
  expect((await calls.sendCode(friend)).message.from).toBe(owner.pn);
});

it('writes to strangers again when WhatsApp lifts the lock', async () => {
  await lock(inSeconds(5 * HOUR));
  lab.setTimeLock(owner.pn, { isActive: false }, { notify: true });
  await untilBlock(null);
  expect((await calls.sendCode(lab.addPhone())).message.from).toBe(owner.pn);
});

it('takes the newest word of WhatsApp, also when it is shorter than the last', async () => {
  await lock(inSeconds(5 * HOUR));
  await lock(inSeconds(2 * HOUR));
});

it('asks how long after a refusal, and that answer replaces the hour', async () => {
  const endsAt = inSeconds(3 * 24 * HOUR);
  lab.setTimeLock(owner.pn, { isActive: true, endsAt });
  expect(await readBlock()).toBeNull();
  const { status } = await calls.send(lab.addPhone());
  expect(status).toBe(502);
  await untilBlock(endsAt.toISOString());
});

it('asks, and the answer is shorter than the hour', async () => {
  const endsAt = inSeconds(600);
  lab.setTimeLock(owner.pn, { isActive: true, endsAt });
  await calls.send(lab.addPhone());
  await untilBlock(endsAt.toISOString());
});

it('keeps the hour of a refusal when WhatsApp answers that there is no lock', async () => {
  lab.faults = { nackMessages: { error: 463, times: 1 } };
  const refusedAt = h.now().getTime();
  expect((await calls.send(lab.addPhone())).status).toBe(502);
  const until = await waitFor(async () => (await readBlock()) ?? undefined, 'a block');
  await calls.befriend(lab.addPhone(), owner); // The answer of WhatsApp is here by then.
  expect(await readBlock()).toBe(until);
  expect(Date.parse(String(until)) - refusedAt).toBeGreaterThanOrEqual(HOUR * 1000);
  expect((await calls.send(lab.addPhone())).status).toBe(503);
});

it('writes to strangers again when the time is over', async () => {
  const endsAt = inSeconds(2 * HOUR);
  await lock(endsAt);
  h.advance(2 * HOUR - 60);
  expect((await calls.send(lab.addPhone())).status).toBe(503);
  h.advance(61);
  lab.setTimeLock(owner.pn, { isActive: false });
  expect((await calls.sendCode(lab.addPhone())).message.from).toBe(owner.pn);
  expect(await readBlock()).toBeNull();
});
