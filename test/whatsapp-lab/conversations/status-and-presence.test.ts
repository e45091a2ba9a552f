import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from '../lab-client.ts';

const STATUS = 'status@broadcast';

let lab: Lab;
let owner: Phone;
let client: LabClient;

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
  ({ owner, client } = await linkClient(lab));
});
afterEach(() => {
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

it('shows a status to those who are listed, and says who saw it', async () => {
  const [alice, bob] = [lab.addPhone(), lab.addPhone()];
  const sent = await client
    .socket()
    .sendMessage(
      STATUS,
      { text: 'My status', linkPreview: null },
      { backgroundColor: '#1FA855', font: 2, statusJidList: [alice.jid, owner.jid] },
    );
  const id = sent?.key.id ?? '';
  const post = await alice.nextMessage();
  expect(post).toMatchObject({ id, chat: STATUS, text: 'My status' });
  expect(post.content.extendedTextMessage).toMatchObject({ font: 2 });
  alice.markRead(id);
  await client.event('message-receipt.update', (updates) =>
    updates.some(({ key, receipt }) => key.id === id && receipt.readTimestamp),
  );
  await expect.poll(() => owner.inbox.at(-1)?.sentByMe).toMatchObject({ to: STATUS });
  expect(bob.inbox).toEqual([]);
});

it('brings the status of a phone', async () => {
  const alice = lab.addPhone();
  const message = await client.inbound(await alice.sendText(STATUS, 'On holiday'));
  expect(message).toMatchObject({ message: { conversation: 'On holiday' }, broadcast: true });
  expect(message.key).toMatchObject({ remoteJid: STATUS, participant: alice.jid });
});

it('shows who is there to those who follow them', async () => {
  const alice = lab.addPhone();
  const lastSeenAt = new Date('2026-11-01T08:00:00Z');
  alice.state.show({ isAvailable: false, lastSeenAt });
  await client.socket().presenceSubscribe(alice.jid);
  const isOf = ({ id }: { id: string }) => id === alice.jid;
  const first = await client.event('presence.update', isOf);
  expect(first.presences[alice.jid]?.lastSeen).toBe(lastSeenAt.getTime() / 1000);
  alice.state.show({ isAvailable: true });
  await client.event(
    'presence.update',
    ({ presences }) => presences[alice.jid]?.lastKnownPresence === 'available',
  );
});

it.each(['composing', 'recording', 'paused'] as const)('shows %s both ways', async (state) => {
  const alice = lab.addPhone();
  await client.socket().sendPresenceUpdate(state, alice.jid);
  await expect.poll(() => alice.state.signs()).toMatchObject([{ by: owner.pn, kind: state }]);
  alice.state.showIn(owner.pn, state);
  const shown = state === 'paused' ? 'available' : state;
  await client.event(
    'presence.update',
    ({ presences }) => presences[alice.jid]?.lastKnownPresence === shown,
  );
});

it('shares settings of chats between the phone and the client', async () => {
  const alice = lab.addPhone();
  await owner.state.changeChat(alice.pn, { isPinned: true });
  await client.event('chats.update', (chats) => chats.some(({ pinned }) => Boolean(pinned)));
  const before = owner.state.changes('regular_low');
  await client.socket().chatModify({ pin: false }, alice.jid);
  await expect.poll(() => owner.state.changes('regular_low')).toBe(before + 1);
  await owner.state.changeChat(alice.pn, { isArchived: true });
  await client.event('chats.update', (chats) => chats.some(({ archived }) => archived === true));
});

it('shares the name of a contact', async () => {
  const alice = lab.addPhone();
  await owner.state.changeChat(alice.pn, { contactName: 'Alice A.' });
  await client.event('contacts.upsert', (contacts) =>
    contacts.some(({ name }) => name === 'Alice A.'),
  );
});
