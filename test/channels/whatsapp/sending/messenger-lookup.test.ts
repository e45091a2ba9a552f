import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import {
  createSendingCalls,
  PATIENT,
  type SendingCalls,
  sentBy,
} from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

let lab: Lab;
let owner: Phone;
let h: WhatsAppHarness;
let calls: SendingCalls;
const nextNumber = createPhoneNumbers();
const nobody = () => ({ number: nextNumber() });

beforeAll(async () => {
  lab = await startLab();
  owner = lab.addPhone();
  h = await createWhatsAppHarness({
    lab,
    env: { OTP_CHANNELS: 'whatsapp,console' },
    whatsappTiming: { ...PATIENT, queryMs: 500 },
  });
  calls = createSendingCalls(h);
  await h.link(owner);
});
afterEach(() => {
  lab.faults = {};
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

/** Sends by WhatsApp alone and tells how it was answered. */
async function outcome(person: { readonly number: string }): Promise<string> {
  const { status, body } = await calls.send(person, { channel: 'whatsapp' });
  return body.code ?? String(status);
}

/** Sends while nobody at WhatsApp answers: whoever must ask first finds out nothing. */
async function outcomeWithoutAnswers(person: { readonly number: string }): Promise<string> {
  lab.faults = { silent: true };
  return outcome(person).finally(() => {
    lab.faults = {};
  });
}

it('writes nothing for a number that is not on WhatsApp, and says that it cannot be reached', async () => {
  const person = nobody();
  const before = sentBy(owner).length;
  const { status, body } = await calls.send(person, { channel: 'whatsapp' });
  expect(status).toBe(422);
  expect(body).toMatchObject({
    code: 'recipient_unreachable',
    errors: [{ path: 'whatsapp', message: 'not_on_channel: the number is not on WhatsApp' }],
  });
  const [row] = await calls.deliveriesTo(person);
  expect(row).toMatchObject({ status: 'failed', reason: 'not_on_channel' });
  await calls.sendCode(lab.addPhone()); // Whatever went out before this has arrived by now.
  await expect.poll(() => sentBy(owner)).toHaveLength(before + 1);
});

it('goes to the next channel for such a number', async () => {
  const { status, body } = await calls.send(nobody());
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ channel: 'console' });
});

it('asks once: the second send knows the answer without WhatsApp', async () => {
  const person = nobody();
  expect(await outcome(person)).toBe('recipient_unreachable');
  expect(await outcomeWithoutAnswers(person)).toBe('recipient_unreachable');
});

it('believes that a number is not there for an hour, and finds who has joined since', async () => {
  const person = nobody();
  expect(await outcome(person)).toBe('recipient_unreachable');
  h.advance(HOUR - 60);
  const phone = lab.addPhone({ pn: person.number });
  expect(await outcome(phone)).toBe('recipient_unreachable');
  h.advance(61);
  expect(await outcome(phone)).toBe('200');
  expect(await phone.nextMessage()).toMatchObject({ from: owner.pn });
});

it('believes that a number is there for a week, and then asks again', async () => {
  const phone = lab.addPhone();
  await calls.contacts.saveLookup('default', phone.number, true, h.now());
  const checkedAt = (await calls.contactOf(phone))?.checkedAt;
  h.advance(7 * DAY - 60);
  // A message that WhatsApp refuses leaves the recipient the stranger that they were.
  lab.faults = { nackMessages: { error: 479, times: 1 } };
  expect(await outcome(phone)).toBe('delivery_failed');
  expect((await calls.contactOf(phone))?.checkedAt).toEqual(checkedAt);
  h.advance(61);
  expect(await outcome(phone)).toBe('200');
  expect((await calls.contactOf(phone))?.checkedAt?.getTime()).toBeGreaterThan(
    (checkedAt?.getTime() ?? 0) + 7 * DAY * 1000,
  );
});

it('remembers no answer where none came', async () => {
  const phone = lab.addPhone();
  lab.faults = { silent: true };
  const { status, body } = await calls.send(phone, { channel: 'whatsapp' });
  expect(status).toBe(503);
  expect(body.errors?.[0]?.message).toBe(
    'unavailable: could not check whether the number is on WhatsApp',
  );
  lab.faults = {};
  expect((await calls.contactOf(phone))?.checkedAt).toBeUndefined();
  expect(await outcome(phone)).toBe('200');
});

it('does not ask about somebody who is known', async () => {
  const phone = lab.addPhone();
  await calls.befriend(phone, owner);
  await calls.sendCode(phone);
  expect((await calls.contactOf(phone))?.checkedAt).toBeUndefined();
});
