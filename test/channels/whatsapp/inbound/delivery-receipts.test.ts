import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import {
  createSendingCalls,
  forgeReceipt,
  PATIENT,
  type SendingCalls,
  sentBy,
} from '../../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let owner: Phone;
let secondOwner: Phone;
let h: WhatsAppHarness;
let calls: SendingCalls;

beforeAll(async () => {
  lab = await startLab();
  owner = lab.addPhone();
  secondOwner = lab.addPhone();
  h = await createWhatsAppHarness({
    ...{ lab, env: { WHATSAPP_ACK_SECONDS: '1' }, whatsappTiming: PATIENT },
  });
  calls = createSendingCalls(h);
  await h.link(owner);
  await h.link(secondOwner, 'second');
});
afterEach(() => {
  lab.faults = {};
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

/** Everything on record about deliveries; equal texts mean that nothing changed. */
const dumpDeliveries = async () =>
  JSON.stringify(
    await h.database.statements.select('SELECT * FROM "deliveries" ORDER BY "id"', []),
  );

/** Resolves when the session has worked off whatever reached it before, in order. */
async function settle(sessionId = 'default'): Promise<void> {
  const { messageId } = await calls.sendCode(lab.addPhone(), { sessionId });
  await calls.untilDelivery(messageId, 'delivered');
}

/** What is on record of all messages but those that `settle` sends. */
async function expectNoChange(act: () => void, sessionId?: string): Promise<void> {
  const before = await dumpDeliveries();
  act();
  await settle(sessionId);
  expect((await dumpDeliveries()).slice(0, before.length - 1)).toBe(before.slice(0, -1));
}

it('takes the receipts of a contact who shows a hidden id', async () => {
  const phone = lab.addPhone({ addressing: 'lid' });
  const { messageId } = await calls.sendCode(phone);
  await calls.untilDelivery(messageId, 'delivered');
  phone.markRead(messageId);
  await calls.untilDelivery(messageId, 'read');
});

it('takes a receipt for the acknowledgement that did not come, and sends nothing again', async () => {
  const phone = lab.addPhone();
  lab.faults = { dropAcks: true };
  const { messageId } = await calls.sendCode(phone);
  const row = await calls.untilDelivery(messageId, 'delivered');
  expect(row).toMatchObject({ sessionId: 'default', details: expect.stringContaining('default') });
  expect(sentBy(owner).filter(({ id }) => id === messageId)).toHaveLength(1);
  expect(phone.duplicates).toBe(0);
  expect(phone.inbox).toHaveLength(1);
});

it('takes a read receipt that is the first to come for delivery, too', async () => {
  const phone = lab.addPhone();
  phone.behaviour.deliver = false;
  const { messageId } = await calls.sendCode(phone);
  expect(await calls.deliveryOf(messageId)).toMatchObject({ status: 'accepted' });
  phone.markRead(messageId);
  await calls.untilDelivery(messageId, 'read');
});

it('keeps accepted until receipts come, however late, and each in its turn', async () => {
  const phone = lab.addPhone();
  lab.faults = { dropReceipts: true };
  const { messageId } = await calls.sendCode(phone);
  phone.markRead(messageId);
  expect(await calls.deliveryOf(messageId)).toMatchObject({ status: 'accepted' });
  lab.faults = {};
  expect(lab.releaseReceipts()).toBe(2);
  await calls.untilDelivery(messageId, 'read');
});

it('takes one receipt for many messages, as a phone that was away sends it', async () => {
  const phone = lab.addPhone();
  phone.behaviour.deliver = false;
  const ids: string[] = [];
  for (let sent = 0; sent < 3; sent += 1) ids.push((await calls.sendCode(phone)).messageId);
  const [id = '', ...others] = ids;
  forgeReceipt(owner, { from: phone, id, others });
  for (const one of ids) await calls.untilDelivery(one, 'delivered');
});

it.each([
  ['played', 'read'],
  ['inactive', 'delivered'],
] as const)('takes a receipt of type %s for %s', async (type, status) => {
  const phone = lab.addPhone();
  phone.behaviour.deliver = false;
  const { messageId } = await calls.sendCode(phone);
  forgeReceipt(owner, { from: phone, id: messageId, type });
  await calls.untilDelivery(messageId, status);
});

it('never goes back from read to delivered', async () => {
  const phone = lab.addPhone();
  const { messageId } = await calls.sendCode(phone);
  phone.markRead(messageId);
  await calls.untilDelivery(messageId, 'read');
  await expectNoChange(() => forgeReceipt(owner, { from: phone, id: messageId }));
});

it('hears a receipt once: a second one of the same kind moves no time', async () => {
  const phone = lab.addPhone();
  const { messageId } = await calls.sendCode(phone);
  await calls.untilDelivery(messageId, 'delivered');
  await expectNoChange(() => forgeReceipt(owner, { from: phone, id: messageId }));
});

it('changes nothing for a receipt of a message that is not ours', async () => {
  const phone = lab.addPhone();
  await calls.sendCode(phone);
  await settle();
  await expectNoChange(() => {
    forgeReceipt(owner, { from: phone, id: '3EB0FFFFFFFFFFFFFFFFFF', type: 'read' });
  });
});

it('changes nothing for a receipt that comes to another session than the one that sent', async () => {
  const phone = lab.addPhone();
  phone.behaviour.deliver = false;
  const { messageId } = await calls.sendCode(phone);
  await settle('second');
  await expectNoChange(() => {
    forgeReceipt(secondOwner, { from: phone, id: messageId });
    forgeReceipt(secondOwner, { from: phone, id: messageId, type: 'read' });
  }, 'second');
  expect(await calls.deliveryOf(messageId)).toMatchObject({ status: 'accepted' });
});

it('takes receipts of the session that the pool chose, before and after it has told which', async () => {
  const phone = lab.addPhone();
  await calls.befriend(phone, secondOwner, 'second');
  lab.faults = { dropAcks: true };
  const { messageId } = await calls.sendCode(phone);
  expect(await calls.untilDelivery(messageId, 'delivered')).toMatchObject({ sessionId: 'second' });
  lab.faults = { dropAcks: true, dropReceipts: true };
  expect((await calls.send(phone)).status).toBe(503);
  const lost = (await calls.deliveriesTo(phone)).at(-1);
  expect(lost).toMatchObject({ status: 'failed', reason: 'timeout' });
  lab.faults = {};
  lab.releaseReceipts();
  const late = await calls.untilDelivery(String(lost?.['messageId']), 'delivered');
  expect(late).toMatchObject({ sessionId: 'second', reason: 'timeout' });
  const { body } = await h.client.get(`/api/otp/status/${encodeURIComponent(phone.number)}`);
  expect(body.data?.['delivery']).toMatchObject({ status: 'delivered', reason: null });
});

it('does not take a request to send again for a receipt', async () => {
  const phone = lab.addPhone();
  phone.behaviour.retryNext = 1;
  lab.faults = { dropReceipts: true };
  const { messageId, message } = await calls.sendCode(phone);
  expect(message.id).toBe(messageId);
  expect(await calls.deliveryOf(messageId)).toMatchObject({ status: 'accepted' });
  lab.faults = {};
  lab.releaseReceipts();
  await calls.untilDelivery(messageId, 'delivered');
});
