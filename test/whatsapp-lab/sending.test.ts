import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from './lab-client.ts';
import { createMemoryCache } from './memory-auth.ts';

let lab: Lab;
let owner: Phone;
let client: LabClient;

/** Counts the retry receipts that come from now on. */
function countRetries(): () => number {
  let count = 0;
  client.socket().ws.on('CB:receipt,type:retry', () => {
    count += 1;
  });
  return () => count;
}

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
  // With the devices of a recipient at hand, Baileys goes on in the session that it has saved.
  ({ owner, client } = await linkClient(lab, { userDevicesCache: createMemoryCache() }));
});
afterEach(() => {
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

it('knows who has a number', async () => {
  const phone = lab.addPhone();
  const found = await client.socket().onWhatsApp(phone.pn, '6281299999999');
  expect(found).toEqual([{ jid: phone.jid, exists: true }]);
});

it('delivers a text that the phone decrypts, with every receipt on the way', async () => {
  const phone = lab.addPhone();
  const id = await client.send(phone, 'Your code is 481-516. It is valid for 5 minutes.');
  const message = await phone.nextMessage();
  expect(message).toMatchObject({
    id,
    from: owner.pn,
    fromDevice: 1,
    type: 'pkmsg',
    text: 'Your code is 481-516. It is valid for 5 minutes.',
    code: '481516',
    sentByMe: undefined,
    advValid: true,
  });
  await client.wait('ack', (ack) => ack['id'] === id && ack['error'] === undefined);
  await client.status(id, 3);
  phone.markRead(id);
  await client.status(id, 4);
  expect(owner.inbox.find((copy) => copy.id === id)?.sentByMe).toEqual({
    to: phone.jid,
    text: 'Your code is 481-516. It is valid for 5 minutes.',
  });
});

it('goes on in the same session when the recipient has answered', async () => {
  const phone = lab.addPhone();
  await client.send(phone, 'Code 1111');
  expect((await phone.nextMessage()).type).toBe('pkmsg');
  await phone.sendText(owner.pn, 'thank you');
  await client.inboundText('thank you');
  await client.send(phone, 'Code 2222');
  expect(await phone.nextMessage()).toMatchObject({ type: 'msg', code: '2222' });
});

it('sends receipts as the phone is told to behave', async () => {
  const phone = lab.addPhone();
  phone.behaviour.deliver = false;
  const silent = await client.send(phone, 'Code 1111');
  await client.status(silent, 2); // The owner's own phone has its copy.
  phone.behaviour.read = true;
  const read = await client.send(phone, 'Code 2222');
  await client.status(read, 4);
  expect(client.seen('update').filter(({ id }) => id === silent)).toHaveLength(1);
});

it('answers for a contact with a hidden id, under which receipts and messages come', async () => {
  const phone = lab.addPhone({ addressing: 'lid' });
  const id = await client.send(phone, 'Code 9090');
  expect((await client.status(id, 3)).jid).toBe(`${phone.lid}@lid`);
  await phone.sendText(owner.pn, 'from a hidden id');
  const { message } = await client.inboundText('from a hidden id');
  expect(message.key).toMatchObject({ remoteJid: `${phone.lid}@lid`, remoteJidAlt: phone.jid });
});

it('asks for a message again and gets it, when the phone says that it cannot read it', async () => {
  const phone = lab.addPhone();
  phone.behaviour.retryNext = 1;
  const id = await client.send(phone, 'Code 777777');
  expect(await phone.nextMessage()).toMatchObject({ id, code: '777777' });
  await client.status(id, 3);
});

it('asks again when the ratchet of the sender went back, as after a crash', async () => {
  const phone = lab.addPhone();
  await client.send(phone, 'Code 1111');
  await phone.nextMessage();
  await phone.sendText(owner.pn, 'got it');
  await client.inboundText('got it');
  const saved = client.save();
  await client.send(phone, 'Code 2222');
  expect(await phone.nextMessage()).toMatchObject({ type: 'msg', code: '2222' });
  await client.close();
  client.restore(saved);
  await client.open();
  const retries = countRetries();
  const id = await client.send(phone, 'Code 3333');
  expect(await phone.nextMessage()).toMatchObject({ id, code: '3333' });
  await client.status(id, 3);
  await expect.poll(retries).toBe(2); // The owner's phone could not read its copy either.
});

it('asks for the copy of the owner again, too', async () => {
  const phone = lab.addPhone();
  owner.behaviour.retryNext = 1;
  const id = await client.send(phone, 'Code 888888');
  await expect.poll(() => owner.inbox.map((copy) => copy.id)).toContain(id);
  expect(owner.inbox.at(-1)?.sentByMe?.to).toBe(phone.jid);
});

it('asks no more than five times for a message that it cannot read', async () => {
  const phone = lab.addPhone();
  phone.behaviour.retryNext = 1000;
  const retries = countRetries();
  const id = await client.send(phone, 'Code 1111');
  for (let resends = 0; resends < 8; resends += 1) await client.send(phone, 'Code 1111', id);
  await expect.poll(() => phone.behaviour.retryNext).toBeLessThan(990);
  await client.socket().onWhatsApp(phone.pn); // Its answer comes after everything before it.
  expect(retries()).toBe(5);
});

it('acknowledges and delivers a message that is sent again, and the phone shows it once', async () => {
  const phone = lab.addPhone();
  const id = await client.send(phone, 'Code 4444');
  await client.status(id, 3);
  await client.send(phone, 'Code 4444', id);
  await expect.poll(() => client.seen('ack').filter((ack) => ack['id'] === id)).toHaveLength(2);
  await expect.poll(() => phone.duplicates).toBe(1);
  expect(phone.inbox).toHaveLength(1);
});

it('gives two who wait for messages one each, and says when none comes', async () => {
  const phone = lab.addPhone();
  const both = Promise.all([phone.nextMessage(), phone.nextMessage()]);
  await client.send(phone, 'Code 1111');
  await client.send(phone, 'Code 2222');
  expect((await both).map(({ code }) => code).toSorted()).toEqual(['1111', '2222']);
  await expect(phone.nextMessage(20)).rejects.toThrow(/no message came to \+\d+ within 20 ms/);
});
