import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from './lab-client.ts';

let lab: Lab;
let owner: Phone;
let client: LabClient;

const device = () => lab.state().phones.find(({ pn }) => pn === owner.pn)?.devices[0];

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

it('brings the text and the name of somebody who is new, and takes the receipt', async () => {
  const phone = lab.addPhone();
  phone.setName('Carol');
  const id = await phone.sendText(owner.number, 'Hi, is this the shop?');
  const { type, message } = await client.inboundText('Hi, is this the shop?');
  expect(type).toBe('notify');
  expect(message).toMatchObject({ key: { id, remoteJid: phone.jid }, pushName: 'Carol' });
  await expect.poll(() => phone.receipts).toMatchObject([{ id, by: owner.pn }]);
});

it('keeps what comes while the client is away', async () => {
  const phone = lab.addPhone();
  await client.close();
  await expect.poll(() => lab.connectionsOf(owner.pn)).toBe(0);
  await phone.sendText(owner.pn, 'are you there?');
  // The text, and the token that goes with a first one.
  expect(device()?.waiting).toBe(2);
  await client.open();
  expect((await client.inboundText('are you there?')).type).toBe('append');
  expect(device()?.waiting).toBe(0);
});

it('keeps what comes while the server is silent', async () => {
  const phone = lab.addPhone();
  lab.faults = { silent: true };
  await phone.sendText(owner.pn, 'can you hear me?');
  lab.faults = {};
  await client.close();
  await client.open();
  await client.inboundText('can you hear me?');
});

it('sends again what a client says it cannot read', async () => {
  const phone = lab.addPhone();
  await phone.sendText(owner.pn, 'the first');
  await client.inboundText('the first');
  const saved = client.save();
  await client.send(phone, 'Code 1111');
  await phone.nextMessage();
  await phone.sendText(owner.pn, 'the second');
  await client.inboundText('the second');
  await client.close();
  client.restore(saved);
  await client.open();
  await phone.sendText(owner.pn, 'the third');
  await client.inboundText('the third');
  expect(phone.receipts.map(({ type }) => type)).toContain('retry');
});

it('passes messages on between two linked clients', async () => {
  const other = await linkClient(lab);
  await client.send(other.owner, 'from service to service');
  const { message } = await other.client.wait(
    'inbound',
    ({ message: { message: content } }) =>
      content?.extendedTextMessage?.text === 'from service to service',
  );
  expect(message.key.remoteJid).toBe(owner.jid);
  await other.client.close();
});

it('removes a client that logs out by itself from its phone', async () => {
  const other = await linkClient(lab);
  await other.client.socket().logout();
  await expect.poll(() => other.owner.devices).toEqual([]);
});
