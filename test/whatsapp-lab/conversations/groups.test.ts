import { proto } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from '../lab-client.ts';

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
  lab.showMembersBy('lid');
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

const text = (body: string) => ({ text: body, linkPreview: null });

it.each(['lid', 'pn'] as const)('carries texts of a group that shows members by %s', async (by) => {
  lab.showMembersBy(by);
  const [alice, bob] = [lab.addPhone(), lab.addPhone({ addressing: 'lid' })];
  const group = await client.socket().groupCreate('Team', [alice.jid, bob.jid]);
  expect(group).toMatchObject({ subject: 'Team', addressingMode: by });
  const sent = await client.socket().sendMessage(group.id, text('Hello group'));
  const id = sent?.key.id ?? '';
  for (const phone of [alice, bob]) {
    expect(await phone.nextMessage()).toMatchObject({ id, text: 'Hello group', chat: group.id });
  }
  await expect.poll(() => owner.inbox.at(-1)).toMatchObject({ sentByMe: { to: group.id } });
  const participant = by === 'lid' ? `${alice.lid}@lid` : alice.jid;
  await client.event('message-receipt.update', (updates) =>
    updates.some(({ key, receipt }) => key.id === id && receipt.userJid === participant),
  );
  for (const body of ['Hi all', 'again']) {
    const message = await client.inbound(await alice.sendText(group.id, body));
    expect(message).toMatchObject({ message: { conversation: body }, pushName: alice.name });
    expect(message.key).toMatchObject({ remoteJid: group.id, participant });
  }
});

it('brings reads, reactions, edits and revocations in a group', async () => {
  const [alice, bob] = [lab.addPhone(), lab.addPhone()];
  const group = await client.socket().groupCreate('Team', [alice.jid, bob.jid]);
  const sent = await client.socket().sendMessage(group.id, text('base'));
  const id = sent?.key.id ?? '';
  await alice.nextMessage();
  alice.markRead(id);
  await client.event('message-receipt.update', (updates) =>
    updates.some(({ key, receipt }) => key.id === id && receipt.readTimestamp),
  );
  await alice.react(group.id, id, '👍');
  await client.event('messages.reaction', ([found]) => found?.key.id === id);
  const own = await alice.sendText(group.id, 'mine');
  await client.inbound(own);
  await client.inbound(await alice.edit(group.id, own, 'changed'));
  const forged = await client.inbound(await bob.revoke(group.id, own));
  expect(forged.key.participant).toBe(`${bob.lid}@lid`);
});

it('creates a group of a phone, and brings its changes', async () => {
  const [alice, bob] = [lab.addPhone(), lab.addPhone()];
  const id = alice.groups.create({ subject: 'Of Alice', members: [owner.pn] });
  await client.event('groups.upsert', ([group]) => group?.id === id);
  expect(alice.groups.change(id, 'add', [bob.pn, owner.pn])).toEqual([200, 409]);
  await client.event('group-participants.update', ({ action }) => action === 'add');
  alice.groups.setSubject(id, 'Renamed');
  await client.event('groups.update', ([update]) => update?.subject === 'Renamed');
  expect(await client.socket().groupMetadata(id)).toMatchObject({ subject: 'Renamed' });
  await expect(client.socket().groupUpdateSubject(id, 'Mine')).rejects.toThrow(/forbidden/);
  bob.groups.leave(id);
  await client.event('group-participants.update', ({ action }) => action === 'remove');
  expect(alice.groups.members(id)).toEqual([alice.pn, owner.pn]);
});

it('adds members, except those who refuse, and delivers nothing to those who were removed', async () => {
  const sock = client.socket();
  const [alice, carol, dave] = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
  dave.refusesGroups = true;
  const group = await sock.groupCreate('Team', [alice.jid]);
  const added = await sock.groupParticipantsUpdate(group.id, [carol.jid, dave.jid], 'add');
  expect(added.map(({ status }) => status)).toEqual(['200', '403']);
  await sock.sendMessage(group.id, text('Welcome'));
  expect(await carol.nextMessage()).toMatchObject({ text: 'Welcome' });
  await sock.groupParticipantsUpdate(group.id, [carol.jid], 'remove');
  await sock.sendMessage(group.id, text('Without Carol'));
  await alice.nextMessage();
  expect(await alice.nextMessage()).toMatchObject({ text: 'Without Carol' });
  expect(carol.inbox).toHaveLength(1);
});

it('has subjects, descriptions, settings and invitations', async () => {
  const sock = client.socket();
  const { id } = await sock.groupCreate('Team', [lab.addPhone().jid]);
  await sock.groupUpdateSubject(id, 'Team 2');
  await sock.groupUpdateDescription(id, 'About us');
  await sock.groupSettingUpdate(id, 'announcement');
  await sock.groupSettingUpdate(id, 'locked');
  const metadata = await sock.groupMetadata(id);
  expect(metadata).toMatchObject({
    subject: 'Team 2',
    desc: 'About us',
    announce: true,
    restrict: true,
  });
  const code = await sock.groupInviteCode(id);
  expect(await sock.groupGetInviteInfo(code ?? '')).toMatchObject({ id });
  expect(await sock.groupRevokeInvite(id)).not.toBe(code);
  await expect(sock.groupGetInviteInfo(code ?? '')).rejects.toThrow(/item-not-found/);
  await sock.groupLeave(id);
  await expect(sock.groupMetadata(id)).rejects.toThrow(/forbidden/);
});

it('limits how often it is asked about groups', async () => {
  const { id } = await client.socket().groupCreate('Team', [lab.addPhone().jid]);
  lab.faults = { groupQueryError: { error: 429, times: 1 } };
  await expect(client.socket().groupMetadata(id)).rejects.toThrow(/rate-overlimit/);
  expect(await client.socket().groupMetadata(id)).toMatchObject({ id });
});

it('sends a text of a group again to a client that lost the key of the sender', async () => {
  const alice = lab.addPhone();
  const group = await client.socket().groupCreate('Team', [alice.jid]);
  lab.faults = { loseSenderKeys: 1 };
  const id = await alice.sendText(group.id, 'without a key');
  const stub = await client.inbound(id);
  expect(stub.messageStubType).toBe(proto.WebMessageInfo.StubType.CIPHERTEXT);
  expect((await client.inboundText('without a key')).message.key.id).toBe(id);
  expect(alice.receipts.map(({ type }) => type)).toContain('retry');
  const next = await client.inbound(await alice.sendText(group.id, 'with a key'));
  expect(next.message?.conversation).toBe('with a key');
});

it('loses the text of a group on the way', async () => {
  const alice = lab.addPhone();
  const group = await client.socket().groupCreate('Team', [alice.jid]);
  lab.faults = { loseSkmsg: 1 };
  const id = await alice.sendText(group.id, 'lost');
  expect((await client.inbound(id)).message?.conversation).not.toBe('lost');
});
