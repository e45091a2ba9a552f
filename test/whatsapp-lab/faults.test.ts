import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from './lab-client.ts';

let lab: Lab;
let owner: Phone;
let client: LabClient;

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
  ({ owner, client } = await linkClient(lab));
});
afterEach(() => {
  lab.faults = {};
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

it('refuses messages with the error that it is told, as often as it is told', async () => {
  const phone = lab.addPhone();
  lab.faults = { nackMessages: { error: 479, times: 1 } };
  const refused = await client.send(phone, 'Code 1111');
  expect((await client.status(refused, 0)).params).toEqual(['479']);
  const taken = await client.send(phone, 'Code 2222');
  await client.status(taken, 3);
  expect(phone.inbox.map(({ code }) => code)).toEqual(['2222']);
});

it('swallows as many acknowledgements as it is told', async () => {
  const phone = lab.addPhone();
  lab.faults = { dropAcks: 1 };
  const first = await client.send(phone, 'Code 1111');
  const second = await client.send(phone, 'Code 2222');
  await client.status(first, 3);
  await client.wait('ack', (ack) => ack['id'] === second);
  expect(client.seen('ack').filter((ack) => ack['id'] === first)).toEqual([]);
});

it('acknowledges later than it delivers', async () => {
  const phone = lab.addPhone();
  lab.faults = { ackAfterMs: 150 };
  const startedAt = performance.now();
  const id = await client.send(phone, 'Code 1111');
  await phone.nextMessage();
  await client.wait('ack', (ack) => ack['id'] === id);
  expect(performance.now() - startedAt).toBeGreaterThan(145);
});

it('answers later when there is a latency', async () => {
  lab.faults = { latencyMs: 100 };
  const startedAt = performance.now();
  await client.socket().onWhatsApp(owner.pn);
  expect(performance.now() - startedAt).toBeGreaterThan(95);
});

it('holds delivery and read receipts back until they are released', async () => {
  const phone = lab.addPhone();
  lab.faults = { dropReceipts: true };
  const id = await client.send(phone, 'Code 1111');
  await phone.nextMessage();
  phone.markRead(id);
  await client.status(id, 2);
  expect(client.seen('update').filter((update) => update.id === id)).toHaveLength(1);
  expect(lab.releaseReceipts()).toBe(2);
  await client.status(id, 4);
});

it.each(['lost', 'delivered'] as const)('cuts the line when a message is %s', async (cut) => {
  const phone = lab.addPhone();
  lab.faults = { cutOnMessage: cut };
  const id = await client.send(phone, 'Code 5555');
  expect((await client.wait('close')).code).toBe(428);
  await client.open();
  expect(phone.inbox.filter((message) => message.id === id)).toHaveLength(cut === 'lost' ? 0 : 1);
  await client.send(phone, 'Code 5555', id);
  await client.wait('ack', (ack) => ack['id'] === id);
  await client.status(id, 3);
  expect(phone.inbox.filter((message) => message.id === id)).toHaveLength(1);
  expect(phone.duplicates).toBe(cut === 'lost' ? 0 : 1);
});

it('keeps the receipts of a message for a client that is cut off', async () => {
  const phone = lab.addPhone();
  lab.faults = { cutOnMessage: 'delivered' };
  const id = await client.send(phone, 'Code 6666');
  await client.wait('close');
  await client.open();
  await client.status(id, 3);
});
