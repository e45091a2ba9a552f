import { afterAll, describe, expect, it } from 'vitest';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import { startSendingLab } from '../../../support/whatsapp/sending-lab.ts';
import type { Phone } from '../../../support/whatsapp-lab/lab.ts';

const DAY = 86_400;
const USED_UP = 'unavailable: new contact, all 3 of today are used up';

const world = await startSendingLab({ env: { WHATSAPP_NEW_CONTACTS_PER_DAY: '3' } });
const { lab, owner } = world;
let { h, calls } = world;

async function restart(env: Readonly<Record<string, string>>): Promise<void> {
  ({ h, calls } = await world.restart(env));
}

afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await world.close();
});

/** What is on record about why somebody was written to, or not. */
async function detailsOf(person: { readonly number: string }): Promise<unknown> {
  return (await calls.deliveriesTo(person)).at(-1)?.['details'];
}

describe('a budget of three new contacts a day', () => {
  const strangers: Phone[] = [];

  it('does not count numbers that are not on WhatsApp', async () => {
    const nextNumber = createPhoneNumbers();
    const answers = await inParallel(5, () => calls.send({ number: nextNumber() }));
    expect(tally(answers)).toEqual({ recipient_unreachable: 5 });
  });

  it('counts each stranger in words, and passes the fourth over', async () => {
    for (const count of [1, 2, 3]) {
      const phone = lab.addPhone();
      strangers.push(phone);
      await calls.sendCode(phone);
      expect(await detailsOf(phone)).toBe(`session default: new contact, ${count} of 3 today`);
    }
    const fourth = lab.addPhone();
    const { status, body } = await calls.send(fourth);
    expect(status).toBe(503);
    expect(body.errors).toEqual([{ path: 'whatsapp', code: 'unavailable', message: USED_UP }]);
    expect(await detailsOf(fourth)).toBe('new contact, all 3 of today are used up');
    expect(fourth.inbox).toEqual([]);
  });

  it('lets everybody pass who knows the number', async () => {
    for (const phone of strangers) {
      await calls.sendCode(phone);
      expect(await detailsOf(phone)).toBe('session default: known contact');
    }
    const friend = lab.addPhone();
    await calls.befriend(friend, owner);
    await calls.sendCode(friend);
  });

  it('is still used up after a restart', async () => {
    await restart({ WHATSAPP_NEW_CONTACTS_PER_DAY: '3' });
    const { body } = await calls.send(lab.addPhone());
    expect(body.errors?.[0]?.message).toBe(USED_UP);
  });

  it('begins anew a day later', async () => {
    h.advance(DAY + 1);
    const phone = lab.addPhone();
    await calls.sendCode(phone);
    expect(await detailsOf(phone)).toBe('session default: new contact, 1 of 3 today');
  });
});

it('has no budget at 0', async () => {
  await restart({ WHATSAPP_NEW_CONTACTS_PER_DAY: '0' });
  const phones = Array.from({ length: 6 }, () => lab.addPhone());
  const answers = await Promise.all(phones.map((phone) => calls.send(phone)));
  expect(tally(answers)).toEqual({ 200: 6 });
  expect(await detailsOf(phones[0] ?? owner)).toBe(
    'session default: new contact, no daily budget is set',
  );
});

it('leaves the spacing between two messages of a number, however many come at once', async () => {
  await restart({ WHATSAPP_SPACING_MS: '300' });
  const phones = Array.from({ length: 5 }, () => lab.addPhone());
  await Promise.all(phones.map((phone) => calls.sendCode(phone)));
  const times = phones.map(({ inbox }) => inbox[0]?.at ?? 0).toSorted((a, b) => a - b);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  // A phone on a busy machine may read the earlier one of two messages late.
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(200);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1100);
});

it('takes no spacing for messages that are not sent after all', async () => {
  await restart({ WHATSAPP_SPACING_MS: '1000' });
  const phones = Array.from({ length: 6 }, () => lab.addPhone());
  lab.faults = { nackMessages: { error: 463, times: 6 } };
  const startedAt = performance.now();
  const answers = await Promise.all(phones.map((phone) => calls.send(phone)));
  expect(tally(answers)).toEqual({ delivery_failed: 1, provider_unavailable: 5 });
  expect(performance.now() - startedAt).toBeLessThan(4000);
});
