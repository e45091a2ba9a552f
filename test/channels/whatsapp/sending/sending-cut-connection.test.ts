import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
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

let lab: Lab;
let owner: Phone;
let h: WhatsAppHarness;
let calls: SendingCalls;

beforeAll(async () => {
  lab = await startLab();
  owner = lab.addPhone();
  h = await createWhatsAppHarness({
    lab,
    env: { OTP_CHANNELS: 'whatsapp,console', WHATSAPP_ACK_SECONDS: '1' },
    whatsappTiming: { ...PATIENT, stableMs: 50 },
  });
  calls = createSendingCalls(h);
  await h.link(owner);
});
afterEach(async () => {
  lab.faults = {};
  lab.releaseReceipts();
  await h.waitForState(['open']);
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

const toStranger = () => lab.addPhone();
const toKnown = async () => {
  const phone = lab.addPhone();
  await calls.sendCode(phone);
  return phone;
};

it.each([
  ['lost', 'a stranger', toStranger],
  ['delivered', 'a stranger', toStranger],
  ['lost', 'somebody known', toKnown],
  ['delivered', 'somebody known', toKnown],
] as const)(
  'survives a line that is cut when a message is %s, to %s',
  async (cut, _, findPhone) => {
    const phone = await findPhone();
    const before = phone.inbox.length;
    lab.faults = { cutOnMessage: cut };
    const { status, body } = await calls.send(phone, { channel: 'whatsapp' });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ channel: 'whatsapp' });
    const messageId = String(body.data?.['messageId']);
    await calls.untilDelivery(messageId, 'delivered');
    expect(phone.inbox).toHaveLength(before + 1);
    expect(phone.inbox.at(-1)?.id).toBe(messageId);
    expect(
      (await calls.deliveriesTo(phone)).filter((row) => row['messageId'] === messageId),
    ).toEqual([expect.objectContaining({ sessionId: 'default', reason: null })]);
  },
);

it('survives a line that is cut while the way to a recipient is asked for', async () => {
  const phone = lab.addPhone();
  await calls.contacts.markKnown('default', phone.number, h.now());
  lab.faults = { silent: true };
  const sending = calls.sendCode(phone, { channel: 'whatsapp' });
  await expect.poll(async () => (await calls.deliveriesTo(phone)).length).toBe(1);
  await pause(100);
  lab.faults = {};
  lab.end('drop', owner.pn);
  expect((await sending).message.from).toBe(owner.pn);
  expect(phone.inbox).toHaveLength(1);
});

it('counts the repeated message as a duplicate at the phone, and only that one', async () => {
  const lost = lab.addPhone();
  lab.faults = { cutOnMessage: 'lost' };
  await calls.sendCode(lost);
  await h.waitForState(['open']);
  const delivered = lab.addPhone();
  // The receipts are held back too, so that only a second message can bring the answer.
  lab.faults = { cutOnMessage: 'delivered', dropReceipts: true };
  await calls.sendCode(delivered);
  expect(lost.duplicates).toBe(0);
  await expect.poll(() => delivered.duplicates).toBe(1);
  expect(delivered.inbox).toHaveLength(1);
});

it('sends twice under one id into silence, never a third time, and then says unavailable', async () => {
  const phone = lab.addPhone();
  phone.behaviour.deliver = false;
  lab.faults = { dropAcks: true };
  const { status, body } = await calls.send(phone, { channel: 'whatsapp' });
  expect(status).toBe(503);
  expect(body).toMatchObject({
    code: 'provider_unavailable',
    errors: [{ path: 'whatsapp', message: expect.stringMatching(/^timeout: /) }],
  });
  const [row] = await calls.deliveriesTo(phone);
  expect(row).toMatchObject({ status: 'failed', reason: 'timeout' });
  const copies = sentBy(owner).filter(({ id }) => id === row?.['messageId']);
  expect(copies).toHaveLength(1);
  expect(phone.inbox.map(({ id }) => id)).toEqual([row?.['messageId']]);
  lab.faults = {};
  await calls.sendCode(lab.addPhone()); // Everything before it has been handed over by now.
  expect(phone.duplicates).toBe(1);
});

it('falls to the next channel then, and a late receipt still tells that it arrived', async () => {
  const phone = lab.addPhone();
  lab.faults = { dropAcks: true, dropReceipts: true };
  const { status, body } = await calls.send(phone);
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ channel: 'console' });
  expect(h.printed.join('\n')).toContain(phone.number);
  const [first, second] = await calls.deliveriesTo(phone);
  expect(first).toMatchObject({ channel: 'whatsapp', status: 'failed', reason: 'timeout' });
  expect(second).toMatchObject({ channel: 'console', status: 'accepted' });
  lab.faults = {};
  expect(lab.releaseReceipts()).toBe(2);
  const late = await calls.untilDelivery(String(first?.['messageId']), 'delivered');
  expect(late).toMatchObject({ reason: 'timeout' });
  const { body: shown } = await h.client.get(`/api/otp/status/${encodeURIComponent(phone.number)}`);
  expect(shown.data?.['delivery']).toMatchObject({ channel: 'console', reason: null });
  // The code that the person then has twice is one and the same, and opens.
  const otp = phone.inbox.at(-1)?.code ?? '';
  const verified = await h.client.post('/api/otp/verify', { phoneNumber: phone.number, otp });
  expect(verified.status).toBe(200);
});
