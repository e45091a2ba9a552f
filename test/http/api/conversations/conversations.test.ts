import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversationCalls } from '../../../support/conversations/conversation-calls.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let h: WhatsAppHarness;
let owner: Phone;
let calls: ReturnType<typeof createConversationCalls>;

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({ lab });
  calls = createConversationCalls(h);
  owner = lab.addPhone();
  await h.client.post('/api/sessions', { sessionId: 'shop', store: 'content', use: 'both' });
  await h.link(owner, 'shop');
});
afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await h.close();
  await lab.close();
});

describe('what people write', () => {
  it('is stored, of number and LID alike', async () => {
    const alice = lab.addPhone();
    const bob = lab.addPhone({ addressing: 'lid' });
    const hers = await calls.untilStored(await alice.sendText(owner.pn, 'hello'));
    const his = await calls.untilStored(await bob.sendText(owner.pn, 'hi'));
    expect(hers).toMatchObject({
      chat: alice.number,
      chatType: 'person',
      direction: 'incoming',
      phoneNumber: alice.number,
      type: 'text',
      content: { type: 'text', text: 'hello' },
      status: 'received',
      isRead: false,
    });
    expect(his).toMatchObject({ chat: bob.number, phoneNumber: bob.number, lid: null });
    const chats = await calls.list('chats');
    expect(chats).toMatchObject([
      { chat: bob.number, lid: bob.lid, unreadCount: 1 },
      { chat: alice.number, unreadCount: 1 },
    ]);
    const contacts = await calls.list('contacts');
    expect(contacts.map((one) => one['pushName']).sort()).toEqual([alice.name, bob.name].sort());
  });

  it('can be of any kind, quote, and be forwarded', async () => {
    const alice = lab.addPhone();
    const first = await alice.sendText(owner.pn, 'where are you?');
    const second = await alice.sendText(owner.pn, 'again', { replyTo: first, forwarded: 1 });
    const place = await alice.sendLocation(owner.pn, -6.2, 106.8, 'Monas');
    const card = await alice.sendContact(owner.pn, 'Budi', '6281299999999');
    const poll = await alice.sendPoll(owner.pn, 'Lunch?', ['yes', 'no']);
    await calls.untilStored(poll);
    expect(await calls.get(second)).toMatchObject({ replyTo: first, isForwarded: true });
    expect(await calls.get(place)).toMatchObject({ content: { latitude: -6.2, name: 'Monas' } });
    expect(await calls.get(card)).toMatchObject({ content: { contacts: [{ name: 'Budi' }] } });
    const content = { question: 'Lunch?', options: ['yes', 'no'] };
    expect(await calls.get(poll)).toMatchObject({ type: 'poll', content });
    const page = await calls.list(`messages?chat=${encodeURIComponent(alice.number)}&type=text`);
    expect(page.map((one) => one['messageId']).sort()).toEqual([first, second].sort());
  });

  it('can be edited, revoked and reacted to by its author only', async () => {
    const [alice, mallory] = [lab.addPhone(), lab.addPhone()];
    const messageId = await alice.sendText(owner.pn, 'first');
    await calls.untilStored(messageId);
    await mallory.edit(owner.pn, messageId, 'forged');
    await mallory.revoke(owner.pn, messageId);
    await mallory.react(owner.pn, messageId, '👎');
    await calls.untilStored(await mallory.sendText(owner.pn, 'done'));
    expect(await calls.get(messageId)).toMatchObject({
      ...{ content: { text: 'first' }, editedAt: null, revokedAt: null, reactions: [] },
    });
    await alice.edit(owner.pn, messageId, 'second');
    const edited = await calls.until(messageId, (one) => one['editedAt'] !== null);
    expect(edited).toMatchObject({ content: { text: 'second' } });
    await alice.react(owner.pn, messageId, '👍');
    const reacted = await calls.until(messageId, (one) => String(one['reactions']) !== '');
    expect(reacted).toMatchObject({ reactions: [{ emoji: '👍', phoneNumber: alice.number }] });
    await alice.revoke(owner.pn, messageId);
    const revoked = await calls.until(messageId, (one) => one['revokedAt'] !== null);
    expect(revoked).toMatchObject({ content: null });
  });

  it('in a group is not decrypted by default, and stored as soon as the session says so', async () => {
    const [alice, bob] = [lab.addPhone(), lab.addPhone()];
    const group = alice.groups.create({ subject: 'Team', members: [owner.pn, bob.pn] });
    const unheard = await alice.sendText(group, 'unheard');
    await calls.untilStored(await alice.sendText(owner.pn, 'after'));
    expect(await calls.get(unheard)).toEqual({});
    await h.client.patch('/api/sessions/shop', { ignore: ['status', 'newsletters'] });
    const heard = await calls.untilStored(await bob.sendText(group, 'heard'));
    expect(heard).toMatchObject({
      ...{ chat: group, chatType: 'group', content: { text: 'heard' }, phoneNumber: null },
      author: { phoneNumber: bob.number },
    });
  });

  it('and what the phone of the session writes, is in one chat', async () => {
    const alice = lab.addPhone();
    await calls.untilStored(await alice.sendText(owner.pn, 'hello'));
    const messageId = await owner.sendText(alice.pn, 'from my phone');
    const own = await calls.untilStored(messageId);
    expect(own).toMatchObject({ direction: 'outgoing', chat: alice.number, author: null });
  });
});

describe('what an application sends', () => {
  it('arrives, and its status follows', async () => {
    const alice = lab.addPhone();
    const { body } = await calls.send({ to: alice.number, text: 'Your order is on its way.' });
    const { messageId } = body.data as { messageId: string };
    expect(body.data).toMatchObject({ chat: alice.number, status: 'accepted' });
    expect((await alice.nextMessage()).text).toBe('Your order is on its way.');
    await calls.until(messageId, ({ status }) => status === 'delivered');
    alice.markRead(messageId);
    const read = await calls.until(messageId, ({ status }) => status === 'read');
    expect(read).toMatchObject({ direction: 'outgoing', type: 'text' });
    expect(read['acceptedAt']).not.toBeNull();
  });

  it('can be a place, a contact or a poll, and an answer', async () => {
    const alice = lab.addPhone();
    const to = alice.number;
    const asked = await alice.sendText(owner.pn, 'where?');
    await calls.untilStored(asked);
    await calls.send({
      to,
      type: 'location',
      location: { latitude: 1, longitude: 2 },
      replyTo: asked,
    });
    const place = await alice.nextMessage();
    expect(place.content.locationMessage).toMatchObject({
      ...{ degreesLatitude: 1, degreesLongitude: 2 },
      contextInfo: { stanzaId: asked },
    });
    const contacts = [{ name: 'Budi; the, best', phoneNumber: '+6281299999999' }];
    await calls.send({ to, type: 'contact', contacts });
    expect((await alice.nextMessage()).content.contactMessage?.vcard).toContain(
      'waid=6281299999999',
    );
    const poll = { question: 'Lunch?', options: ['yes', 'no'] };
    await calls.send({ to, type: 'poll', poll });
    const { content } = await alice.nextMessage();
    expect(JSON.stringify(content)).toContain('Lunch?');
  });

  it('can be edited, revoked, reacted to, forwarded and read', async () => {
    const [alice, bob] = [lab.addPhone(), lab.addPhone()];
    const asked = await alice.sendText(owner.pn, 'ping');
    await calls.untilStored(asked);
    const { body } = await calls.send({ to: alice.number, text: 'pong' });
    const messageId = String(body.data?.['messageId']);
    await alice.nextMessage();
    expect((await calls.act(messageId, 'edit', { text: 'pong!' })).status).toBe(200);
    expect(await alice.nextMessage()).toMatchObject({ kind: 'edit', target: messageId });
    expect(await calls.get(messageId)).toMatchObject({ content: { text: 'pong!' } });
    expect((await calls.act(asked, 'reaction', { emoji: '🙏' })).status).toBe(200);
    expect(await alice.nextMessage()).toMatchObject({ kind: 'reaction', target: asked });
    expect(await calls.get(asked)).toMatchObject({ reactions: [{ emoji: '🙏', isFromMe: true }] });
    expect((await calls.act(asked, 'forward', { to: bob.number })).status).toBe(200);
    const forwarded = await bob.nextMessage();
    expect(forwarded.text).toBe('ping');
    expect(forwarded.content.extendedTextMessage?.contextInfo?.isForwarded).toBe(true);
    expect((await calls.act(asked, 'read')).status).toBe(200);
    const isSeen = () => alice.receipts.some(({ id, type }) => id === asked && type === 'read');
    await waitFor(async () => isSeen() || undefined, 'the read receipt');
    expect(await calls.get(asked)).toMatchObject({ isRead: true });
    expect((await calls.act(messageId, 'revoke')).status).toBe(200);
    expect(await alice.nextMessage()).toMatchObject({ kind: 'revoke', target: messageId });
    expect(await calls.get(messageId)).toMatchObject({ content: null });
    // What others wrote is not ours to change.
    expect((await calls.act(asked, 'edit', { text: 'x' })).status).toBe(400);
    expect((await calls.act('UNKNOWN', 'read')).status).toBe(404);
  });

  it('is sent once for one Idempotency-Key', async () => {
    const alice = lab.addPhone();
    const headers = { 'idempotency-key': 'order-1' };
    const first = await calls.send({ to: alice.number, text: 'once' }, headers);
    const second = await calls.send({ to: alice.number, text: 'once' }, headers);
    expect(second.body.data).toEqual(first.body.data);
    expect(alice.inbox).toHaveLength(1);
  });

  it('is refused unless it is complete and for one person', async () => {
    const alice = lab.addPhone();
    const to = alice.number;
    const bodies = [
      { text: 'no one' },
      { to, chat: to, text: 'both' },
      { to },
      { to, type: 'poll', text: 'x' },
      { to, text: 'x', replyTo: 'UNKNOWN' },
      { to, text: 'x', image: {} },
    ];
    for (const body of bodies) expect((await calls.send(body)).status).toBe(400);
    expect((await calls.send({ chat: 'lid:91234567890', text: 'x' })).status).toBe(404);
    expect(alice.inbox).toEqual([]);
  });

  it('fails with a status that stays, if the number is not on WhatsApp', async () => {
    expect((await calls.send({ to: '+6281211112222', text: 'x' })).status).toBe(422);
    const [failed] = await calls.list('messages');
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'not_on_channel' });
  });
});

describe('a chat', () => {
  it('is archived, pinned, muted and read on the phone, too', async () => {
    const alice = lab.addPhone();
    const messageId = await alice.sendText(owner.pn, 'unread');
    await calls.untilStored(messageId);
    const mutedUntil = '2027-01-01T00:00:00.000Z';
    const draft = { isArchived: true, isPinned: true, mutedUntil, isRead: true };
    const { body, status } = await calls.patchChat(alice.number, draft);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      isArchived: true,
      isPinned: true,
      mutedUntil,
      unreadCount: 0,
    });
    expect(owner.state.changes('regular_low')).toBeGreaterThanOrEqual(2);
    const read = alice.receipts.filter(({ id, type }) => id === messageId && type === 'read');
    expect(read).toHaveLength(1);
  });
});

it('is all erased with the recipient', async () => {
  const alice = lab.addPhone({ addressing: 'lid' });
  const messageId = await alice.sendText(owner.pn, 'forget me');
  await calls.untilStored(messageId);
  const path = `/api/recipients/${encodeURIComponent(alice.number)}`;
  const { body } = await h.client.delete(path);
  expect(body.data).toMatchObject({ messages: 1 });
  expect(await calls.get(messageId)).toEqual({});
  const tables = ['messages', 'chats', 'session_lids', 'session_contacts'];
  const all = await Promise.all(
    tables.map((table) => h.database.statements.select(`SELECT * FROM "${table}"`, [])),
  );
  expect(JSON.stringify(all)).not.toMatch(new RegExp(`${alice.pn}|${alice.lid}`));
});
