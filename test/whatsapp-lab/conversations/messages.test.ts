import { type BinaryNode, proto } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from '../lab-client.ts';

const { Type } = proto.Message.ProtocolMessage;

let lab: Lab;
let owner: Phone;
let client: LabClient;

/** What Baileys says of a message that is changed: once for each change. */
const updatesOf = (id: string) =>
  client
    .seen('other')
    .flatMap((event) => (event.name === 'messages.update' ? event.data : []))
    .filter(({ key }) => key.id === id);

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

it('brings a reply, a forwarded text, and the time that the sender claims', async () => {
  const alice = lab.addPhone();
  const first = await alice.sendText(owner.pn, 'the first');
  const reply = await client.inbound(await alice.sendText(owner.pn, 'yes', { replyTo: first }));
  expect(reply.message?.extendedTextMessage).toMatchObject({
    text: 'yes',
    contextInfo: { stanzaId: first, quotedMessage: { conversation: 'the first' } },
  });
  const sentAt = new Date('2020-01-02T03:04:05Z');
  const forwarded = await client.inbound(
    await alice.sendText(owner.pn, 'passed on', { forwarded: 5, sentAt }),
  );
  expect(forwarded.message?.extendedTextMessage?.contextInfo).toMatchObject({
    isForwarded: true,
    forwardingScore: 5,
  });
  expect(forwarded.messageTimestamp).toBe(sentAt.getTime() / 1000);
});

it('brings a reaction to a message of the client, and takes it back', async () => {
  const alice = lab.addPhone();
  const id = await client.send(alice, 'base');
  await alice.nextMessage();
  const reaction = await alice.react(owner.pn, id, '👍');
  const [found] = await client.event('messages.reaction');
  expect(found).toMatchObject({ key: { id, fromMe: true }, reaction: { text: '👍' } });
  expect((await client.inbound(reaction)).message?.reactionMessage?.key?.id).toBe(id);
  await alice.react(owner.pn, id, '');
  await client.event('messages.reaction', ([last]) => last?.reaction.text === '');
});

it('brings an edit and a revocation by the author', async () => {
  const alice = lab.addPhone();
  const id = await alice.sendText(owner.pn, 'original');
  await client.inbound(id);
  const edit = await client.inbound(await alice.edit(owner.pn, id, 'changed'));
  expect(edit.message?.protocolMessage).toMatchObject({
    type: Type.MESSAGE_EDIT,
    key: { id },
    editedMessage: { conversation: 'changed' },
  });
  const revocation = await client.inbound(await alice.revoke(owner.pn, id));
  expect(revocation.message?.protocolMessage).toMatchObject({ type: Type.REVOKE, key: { id } });
  await expect.poll(() => updatesOf(id)).toHaveLength(2);
});

it('lets somebody else name the message: only the chat of the change differs', async () => {
  const alice = lab.addPhone();
  const mallory = lab.addPhone();
  const id = await alice.sendText(owner.pn, 'keep me');
  await client.inbound(id);
  await mallory.edit(owner.pn, id, 'forged');
  await mallory.revoke(owner.pn, id);
  await expect.poll(() => updatesOf(id)).toHaveLength(2);
  for (const { key } of updatesOf(id)) expect(key.remoteJid).toBe(mallory.jid);
});

it('lets two people use the same id', async () => {
  const [alice, mallory] = [lab.addPhone(), lab.addPhone()];
  const id = await alice.sendText(owner.pn, 'mine');
  await client.inbound(id);
  await mallory.sendText(owner.pn, 'mine, too', { id });
  const { message } = await client.inboundText('mine, too');
  expect(message.key).toMatchObject({ id, remoteJid: mallory.jid });
});

it('copies what the owner writes on the phone to the client', async () => {
  const alice = lab.addPhone();
  const id = await owner.sendText(alice.pn, 'written on the phone');
  const { key, message } = await client.inbound(id);
  expect(key).toMatchObject({ id, fromMe: true, remoteJid: alice.jid });
  expect(message?.conversation).toBe('written on the phone');
  const hidden = lab.addPhone({ addressing: 'lid' });
  const second = await client.inbound(await owner.sendText(hidden.pn, 'to a hidden id'));
  expect(second.key).toMatchObject({ fromMe: true, remoteJid: `${hidden.lid}@lid` });
  expect(second.key.remoteJidAlt).toBe(hidden.jid);
});

it('brings a place, a contact and a poll', async () => {
  const alice = lab.addPhone();
  const place = await client.inbound(await alice.sendLocation(owner.pn, -6.2, 106.8, 'Monas'));
  expect(place.message?.locationMessage).toMatchObject({ degreesLatitude: -6.2, name: 'Monas' });
  const contact = await client.inbound(await alice.sendContact(owner.pn, 'Budi', '+62811'));
  expect(contact.message?.contactMessage?.vcard).toContain('FN:Budi');
  const poll = await client.inbound(await alice.sendPoll(owner.pn, 'Lunch?', ['rice', 'noodles']));
  expect(poll.message?.pollCreationMessageV3?.options).toHaveLength(2);
});

it('shows on the phone what the client reacts, edits and takes back', async () => {
  const alice = lab.addPhone();
  const sock = client.socket();
  const sent = await sock.sendMessage(alice.jid, { text: 'base', linkPreview: null });
  const key = sent?.key ?? {};
  expect(await alice.nextMessage()).toMatchObject({ id: key.id, kind: 'text' });
  await sock.sendMessage(alice.jid, { react: { text: '🎉', key } });
  expect(await alice.nextMessage()).toMatchObject({ kind: 'reaction', target: key.id });
  await sock.sendMessage(alice.jid, { text: 'better', edit: key });
  expect(await alice.nextMessage()).toMatchObject({ kind: 'edit', target: key.id, text: 'better' });
  await sock.sendMessage(alice.jid, { delete: key });
  expect(await alice.nextMessage()).toMatchObject({ kind: 'revoke', target: key.id });
});

it('shows on the phone a reply, a forward, a poll, a place and a contact', async () => {
  const alice = lab.addPhone();
  const sock = client.socket();
  const quoted = await client.inbound(await alice.sendText(owner.pn, 'a question'));
  await sock.sendMessage(alice.jid, { text: 'an answer', linkPreview: null }, { quoted });
  const reply = await alice.nextMessage();
  expect(reply.content.extendedTextMessage?.contextInfo?.stanzaId).toBe(quoted.key.id);
  await sock.sendMessage(alice.jid, { forward: quoted });
  const forward = await alice.nextMessage();
  expect(forward.content.extendedTextMessage?.contextInfo?.isForwarded).toBe(true);
  await sock.sendMessage(alice.jid, {
    poll: { name: 'Lunch?', values: ['a'], selectableCount: 1 },
  });
  expect(await alice.nextMessage()).toMatchObject({ kind: 'poll' });
  await sock.sendMessage(alice.jid, { location: { degreesLatitude: 1, degreesLongitude: 2 } });
  expect((await alice.nextMessage()).content.locationMessage?.degreesLongitude).toBe(2);
  const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Budi\nEND:VCARD';
  await sock.sendMessage(alice.jid, { contacts: { displayName: 'Budi', contacts: [{ vcard }] } });
  expect(await alice.nextMessage()).toMatchObject({ kind: 'contact' });
});

it('sends receipts twice, or in the wrong order', async () => {
  const alice = lab.addPhone();
  const receipts: (readonly [id: string, type: string])[] = [];
  // Baileys folds receipts of the same message that come at once into one event.
  client.socket().ws.on('CB:receipt', ({ attrs }: BinaryNode) => {
    const { id = '', from, type = 'delivery' } = attrs;
    if (from === alice.jid) receipts.push([id, type]);
  });
  lab.faults = { doubleReceipts: true };
  const twice = await client.send(alice, 'twice');
  const delivered = [twice, 'delivery'];
  await expect.poll(() => receipts).toEqual([delivered, delivered]);
  receipts.length = 0;
  lab.faults = { dropReceipts: true };
  const id = await client.send(alice, 'reversed');
  await alice.nextMessage();
  await alice.nextMessage();
  alice.markRead(id);
  expect(lab.releaseReceipts({ order: 'reversed', copies: 2 })).toBe(4);
  const expected = ['read', 'delivery', 'read', 'delivery'].map((type) => [id, type]);
  await expect.poll(() => receipts).toEqual(expected);
});

it('brings what was written while the client was away in one go, in order', async () => {
  const alice = lab.addPhone();
  await client.close();
  await expect.poll(() => lab.connectionsOf(owner.pn)).toBe(0);
  const ids: string[] = [];
  for (const text of ['one', 'two', 'three']) ids.push(await alice.sendText(owner.pn, text));
  await alice.edit(owner.pn, ids[0] ?? '', 'one, changed');
  await client.open();
  for (const id of ids) await client.inbound(id);
  const seen = client.seen('inbound').filter(({ message }) => ids.includes(message.key.id ?? ''));
  expect(seen.map(({ type }) => type)).toEqual(['append', 'append', 'append']);
  expect(seen.map(({ message }) => message.key.id)).toEqual(ids);
});
