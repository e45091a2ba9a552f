import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversationCalls } from '../../../support/conversations/conversation-calls.ts';
import { receiverVariables } from '../../../support/http/webhook-calls.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const NO_LIMITS = {
  WHATSAPP_GROUP_CHANGE_SECONDS: '0',
  WHATSAPP_GROUPS_PER_DAY: '0',
  WHATSAPP_GROUP_ADDS_PER_DAY: '0',
};

/** Nothing listens on the port, but events are recorded for it. */
const WEBHOOK = { url: 'http://127.0.0.1:1024/hook', events: ['group.*', 'contact.*'] };

let lab: Lab;
let h: WhatsAppHarness;
let owner: Phone;
let calls: ReturnType<typeof createConversationCalls>;

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({ lab, env: { ...NO_LIMITS, ...receiverVariables } });
  calls = createConversationCalls(h);
  owner = lab.addPhone();
  const settings = { store: 'content', use: 'both', ignore: ['status', 'newsletters'] };
  await h.client.post('/api/sessions', { sessionId: 'shop', ...settings });
  await h.client.post('/api/webhooks', WEBHOOK);
  await h.link(owner, 'shop');
});
afterAll(async () => {
  expect(lab.unhandled).toEqual([]);
  await h.close();
  await lab.close();
});

type Shown = Readonly<Record<string, unknown>>;

const at = (rest: string) => `/api/sessions/shop/${rest}`;

async function create(members: readonly Phone[], subject = 'Team'): Promise<string> {
  const numbers = members.map(({ number }) => number);
  const { body, status } = await h.client.post(at('groups'), { subject, members: numbers });
  expect([status, body.code]).toEqual([201, undefined]);
  return String(body.data?.['group']);
}

async function read(group: string): Promise<Shown> {
  return (await h.client.get(at(`groups/${group}`))).body.data ?? {};
}

/** The group as it is stored, as soon as `isRight` says so. */
function untilStored(group: string, isRight: (row: Shown, members: readonly Shown[]) => boolean) {
  return waitFor(async () => {
    const { select } = h.database.statements;
    const [row] = await select(`SELECT * FROM "wa_groups" WHERE "groupId" = $1`, [group]);
    const members = await select(`SELECT * FROM "group_members" WHERE "groupId" = $1`, [group]);
    return row && isRight(row, members) ? { row, members } : undefined;
  }, `the stored group ${group}`);
}

/** The kinds of the events about a group, in order. */
async function eventsOf(group: string): Promise<unknown[]> {
  const { body } = await h.client.get(`/api/events?subject=${group}`);
  const items = (body.data?.['items'] ?? []) as { data: Shown }[];
  return items.map(({ data }) => data['change']).reverse();
}

describe('a group', () => {
  it('is created with people, is stored with its subject sealed, and makes one event', async () => {
    const [alice, bob, carl] = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
    carl.refusesGroups = true;
    const members = [alice, bob, carl].map(({ number }) => number);
    const draft = { subject: 'Drivers', members: [...members, '+6281211113333'] };
    const { body, status } = await h.client.post(at('groups'), draft);
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      ...{ subject: 'Drivers', isAnnouncement: false, memberCount: 3, role: 'owner' },
      owner: { phoneNumber: owner.number },
      results: [
        { phoneNumber: alice.number, status: 'done' },
        { phoneNumber: bob.number, status: 'done' },
        { phoneNumber: carl.number, status: 'invite_needed' },
        { phoneNumber: '+6281211113333', status: 'not_on_whatsapp' },
      ],
    });
    const group = String(body.data?.['group']);
    expect(owner.groups.members(group).sort()).toEqual([owner.pn, alice.pn, bob.pn].sort());
    const { row, members: stored } = await untilStored(group, (_, all) => all.length === 3);
    expect(String(row['sealedSubject'])).not.toContain('Drivers');
    expect(stored.map(({ memberKey }) => memberKey).sort()).toEqual(
      [owner.number, alice.number, bob.number].sort(),
    );
    await waitFor(async () => (await eventsOf(group)).length > 0 || undefined, 'the event');
    expect(await eventsOf(group)).toEqual(['created']);
    const groups = await calls.list('groups');
    expect(groups.map((one) => one['group'])).toContain(group);
    expect(groups[0]).not.toHaveProperty('members');
  });

  it('is changed by its admins only', async () => {
    const alice = lab.addPhone();
    const group = await create([alice]);
    const facts = { subject: 'New', description: 'What for', isAnnouncement: true, isLocked: true };
    const changed = await h.client.patch(at(`groups/${group}`), facts);
    expect(changed.body.data).toMatchObject(facts);
    const { body } = await h.client.patch(at(`groups/${group}`), { description: null });
    expect(body.data).toMatchObject({ subject: 'New', description: null });
    await untilStored(
      group,
      (row) => Boolean(row['isLocked']) && row['sealedDescription'] === null,
    );
    const foreign = alice.groups.create({ subject: 'Hers', members: [owner.pn] });
    expect((await h.client.patch(at(`groups/${foreign}`), facts)).status).toBe(502);
    const unknown = '120363999999999999@g.us';
    expect((await h.client.get(at(`groups/${unknown}`))).status).toBe(404);
    expect((await calls.send({ chat: unknown, text: 'x' })).status).toBe(502);
    expect((await h.client.patch(at(`groups/${group}`), { subject: ' ' })).status).toBe(400);
  });

  it('gets and loses members and admins, who are one person by number and by LID', async () => {
    const [alice, bob] = [lab.addPhone(), lab.addPhone()];
    const group = await create([alice]);
    const added = await h.client.post(at(`groups/${group}/members`), {
      members: [bob.number, alice.number],
    });
    expect(added.body.data).toMatchObject({
      results: [
        { phoneNumber: bob.number, status: 'done' },
        { phoneNumber: alice.number, status: 'already_member' },
      ],
    });
    const promoted = await h.client.post(at(`groups/${group}/promote`), {
      members: [`lid:${bob.lid}`],
    });
    expect(promoted.body.data).toMatchObject({ results: [{ lid: bob.lid, status: 'done' }] });
    const isAdmin = (all: readonly Shown[]) =>
      all.some(({ memberKey, role }) => memberKey === bob.number && role === 'admin');
    await untilStored(group, (_, all) => all.length === 3 && isAdmin(all));
    const demoted = await h.client.post(at(`groups/${group}/demote`), { members: [bob.number] });
    expect(demoted.body.data).toMatchObject({ results: [{ status: 'done' }] });
    const list = `${encodeURIComponent(bob.number)},+6281211113333`;
    const removed = await h.client.delete(at(`groups/${group}/members?members=${list}`));
    expect(removed.body.data).toMatchObject({
      results: [{ status: 'done' }, { status: 'not_a_member' }],
    });
    expect(await read(group)).toMatchObject({
      memberCount: 2,
      members: [
        { phoneNumber: owner.number, lid: owner.lid, role: 'owner' },
        { phoneNumber: alice.number, lid: alice.lid, role: 'member' },
      ],
    });
    await untilStored(group, (row, all) => all.length === 2 && Number(row['memberCount']) === 2);
    const expected = ['created', 'members_added', 'members_promoted', 'members_demoted'];
    await waitFor(async () => (await eventsOf(group)).length === 5 || undefined, 'the events');
    expect(await eventsOf(group)).toEqual([...expected, 'members_removed']);
  });

  it('follows what others do', async () => {
    const [alice, bob] = [lab.addPhone(), lab.addPhone()];
    const group = alice.groups.create({ subject: 'Hers', members: [owner.pn] });
    await untilStored(group, (row, all) => row['myRole'] === 'member' && all.length === 2);
    alice.groups.setSubject(group, 'Hers now');
    alice.groups.change(group, 'add', [bob.pn]);
    alice.groups.set(group, 'announcement');
    await untilStored(group, (row, all) => Boolean(row['isAnnouncement']) && all.length === 3);
    expect(await read(group)).toMatchObject({ subject: 'Hers now', role: 'member' });
    alice.groups.change(group, 'remove', [owner.pn]);
    await untilStored(group, (row, all) => row['myRole'] === null && all.length === 0);
    const groups = await calls.list('groups');
    expect(groups.map((one) => one['group'])).not.toContain(group);
  });

  it('is joined by its link, which can be revoked, and left', async () => {
    const alice = lab.addPhone();
    const hers = alice.groups.create({ subject: 'Open', members: [] });
    const invite = `https://chat.whatsapp.com/${alice.groups.invite(hers)}`;
    const joined = await h.client.post(at('groups/join'), { invite });
    expect(joined.body.data).toEqual({ group: hers, status: 'joined' });
    expect((await read(hers))['role']).toBe('member');
    expect((await h.client.post(at(`groups/${hers}/leave`), {})).status).toBe(200);
    expect(alice.groups.members(hers)).toEqual([alice.pn]);
    await untilStored(hers, (row) => row['myRole'] === null);
    const mine = await create([alice]);
    const first = await h.client.get(at(`groups/${mine}/invite`));
    const second = await h.client.delete(at(`groups/${mine}/invite`));
    expect(second.body.data?.['code']).not.toBe(first.body.data?.['code']);
    const old = { invite: String(first.body.data?.['code']) };
    expect((await h.client.post(at('groups/join'), old)).status).toBe(404);
    const notALink = { invite: 'http://example.com/AbCdEfGhIj' };
    expect((await h.client.post(at('groups/join'), notALink)).status).toBe(400);
  });
});

describe('messages of a group', () => {
  const send = (group: string, body: object) => calls.send({ chat: group, ...body });
  const idOf = ({ body }: Awaited<ReturnType<typeof send>>) => String(body.data?.['messageId']);

  it('go out in every kind, quote, react, and are edited and revoked', async () => {
    const [alice, bob] = [lab.addPhone(), lab.addPhone()];
    const group = await create([alice, bob]);
    const question = await alice.sendText(group, 'where?');
    await calls.untilStored(question);
    const text = await send(group, { text: 'here', replyTo: question });
    expect(text.status).toBe(200);
    for (const phone of [alice, bob]) {
      expect(await phone.nextMessage()).toMatchObject({ chat: group, text: 'here' });
    }
    const [{ content }] = alice.inbox as [(typeof alice.inbox)[number]];
    expect(content.extendedTextMessage?.contextInfo).toMatchObject({
      ...{ stanzaId: question, participant: `${alice.lid}@lid` },
    });
    const location = { latitude: 1, longitude: 2 };
    const poll = { question: 'Lunch?', options: ['yes', 'no'] };
    const contacts = [{ name: 'Budi', phoneNumber: '+6281299999999' }];
    for (const draft of [
      { type: 'location', location },
      { type: 'poll', poll },
      { type: 'contact', contacts },
    ]) {
      expect((await send(group, draft)).status).toBe(200);
      expect(JSON.stringify((await bob.nextMessage()).content)).toMatch(/Lunch|Budi|degrees/);
    }
    const messageId = idOf(text);
    expect((await calls.act(question, 'reaction', { emoji: '🙏' })).status).toBe(200);
    expect((await calls.act(messageId, 'edit', { text: 'there' })).status).toBe(200);
    expect((await calls.act(messageId, 'revoke')).status).toBe(200);
    const kinds = [];
    for (let count = 0; count < 3; count += 1) kinds.push((await bob.nextMessage()).kind);
    expect(kinds).toEqual(['reaction', 'edit', 'revoke']);
    expect((await calls.act(question, 'read')).status).toBe(200);
    const isSeen = () => alice.receipts.some(({ id, type }) => id === question && type === 'read');
    await waitFor(async () => isSeen() || undefined, 'the read receipt');
    const [chat] = await calls.list('chats');
    expect(chat).toMatchObject({ chat: group, chatType: 'group', isGroup: true, name: 'Team' });
  });

  it('have the receipts of each member, once', async () => {
    const [alice, bob] = [lab.addPhone(), lab.addPhone({ addressing: 'lid' })];
    const group = await create([alice, bob]);
    const messageId = idOf(await send(group, { text: 'all' }));
    await alice.nextMessage();
    await bob.nextMessage();
    bob.markRead(messageId);
    const receipts = await waitFor(async () => {
      const { body } = await h.client.get(at(`messages/${messageId}/receipts`));
      const all = body.data?.['receipts'] as Shown[];
      return all.length === 2 && all.some(({ readAt }) => readAt !== null) ? all : undefined;
    }, 'the receipts');
    expect(receipts.map((one) => one['phoneNumber']).sort()).toEqual(
      [alice.number, bob.number].sort(),
    );
    expect(await calls.get(messageId)).toMatchObject({ status: 'accepted' });
  });

  it('are revoked by their authors and by admins only', async () => {
    const [alice, bob, carl] = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
    const group = bob.groups.create({ subject: 'Rules', members: [owner.pn, alice.pn, carl.pn] });
    await untilStored(group, (_, all) => all.length === 4);
    const messageId = await alice.sendText(group, 'spam');
    await calls.untilStored(messageId);
    await carl.revoke(group, messageId);
    await carl.edit(group, messageId, 'forged');
    await calls.untilStored(await carl.sendText(group, 'done'));
    expect(await calls.get(messageId)).toMatchObject({ content: { text: 'spam' } });
    await bob.revoke(group, messageId);
    await calls.until(messageId, (one) => one['revokedAt'] !== null);
  });
});

describe('a session', () => {
  it('is shown as online, and as typing', async () => {
    const alice = lab.addPhone();
    await calls.untilStored(await alice.sendText(owner.pn, 'hello'));
    expect((await h.client.put(at('presence'), { state: 'available' })).status).toBe(200);
    for (const state of ['composing', 'recording', 'paused']) {
      const path = at(`chats/${encodeURIComponent(alice.number)}/typing`);
      expect((await h.client.post(path, { state })).status).toBe(200);
    }
    const kinds = () => alice.state.signs().map(({ kind }) => kind);
    await waitFor(async () => kinds().length >= 3 || undefined, 'the signs');
    expect(kinds()).toEqual(['composing', 'recording', 'paused']);
    const picture = await h.client.get(at(`contacts/${encodeURIComponent(alice.number)}/picture`));
    expect(picture.status).toBe(404);
  });

  it('says what it is linked to', async () => {
    const { body } = await h.client.get('/api/sessions/shop');
    expect(body.data).toMatchObject({
      userId: `${owner.lid}@lid`,
      deviceInfo: { version: expect.stringMatching(/^2[.]3000[.]/) },
    });
    const [row] = await h.database.statements.select(
      `SELECT "userId", "deviceInfo" FROM "sessions" WHERE "sessionId" = $1`,
      ['shop'],
    );
    expect(row?.['userId']).toBe(`${owner.lid}@lid`);
    expect(JSON.parse(String(row?.['deviceInfo']))).toEqual(body.data?.['deviceInfo']);
  });

  it('follows what its phone does with chats and contacts', async () => {
    const alice = lab.addPhone();
    await calls.untilStored(await alice.sendText(owner.pn, 'hello'));
    const mutedUntil = new Date('2027-01-01T00:00:00.000Z');
    for (const change of [{ isPinned: true }, { isArchived: true }, { mutedUntil }]) {
      await owner.state.changeChat(alice.pn, change);
    }
    await owner.state.changeChat(alice.pn, { contactName: 'Alice of the depot' });
    const findChat = async () =>
      (await calls.list('chats')).find((one) => one['chat'] === alice.number);
    await expect.poll(findChat, { timeout: 10_000 }).toMatchObject({
      ...{ isPinned: true, isArchived: true, mutedUntil: mutedUntil.toISOString() },
      name: 'Alice of the depot',
    });
    const contacts = await calls.list('contacts?limit=500');
    const hers = contacts.find((one) => one['phoneNumber'] === alice.number);
    expect(hers).toMatchObject({ name: 'Alice of the depot', pushName: alice.name });
    alice.setName('Al');
    await calls.untilStored(await alice.sendText(owner.pn, 'renamed'));
    const events = await waitFor(async () => {
      const { body } = await h.client.get('/api/events?type=contact.updated');
      const items = (body.data?.['items'] ?? []) as { data: Shown }[];
      return items.length >= 2 ? items : undefined;
    }, 'the events');
    expect(events.map(({ data }) => data['change'])).toEqual(['name', 'name']);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${alice.pn}|Alice|depot`));
  });

  it('leaves nothing of a person in groups when the person is erased', async () => {
    const alice = lab.addPhone({ addressing: 'lid' });
    const group = await create([alice]);
    const messageId = await alice.sendText(group, 'forget me');
    await calls.untilStored(messageId);
    await untilStored(group, (_, all) => all.length === 2);
    const { status } = await h.client.delete(`/api/recipients/${encodeURIComponent(alice.number)}`);
    expect(status).toBe(200);
    const tables = ['messages', 'chats', 'group_members', 'wa_groups', 'events', 'session_lids'];
    const all = await Promise.all(
      tables.map((table) => h.database.statements.select(`SELECT * FROM "${table}"`, [])),
    );
    expect(JSON.stringify(all)).not.toMatch(new RegExp(`${alice.pn}|${alice.lid}`));
  });
});

it('refuses groups of a session that only sends codes, or ignores them', async () => {
  const group = await create([lab.addPhone()]);
  for (const settings of [{ use: 'passcodes' }, { use: 'both', ignore: ['groups'] }]) {
    await h.client.patch('/api/sessions/shop', settings);
    const answers = await Promise.all([
      h.client.get(at('groups')),
      h.client.patch(at(`groups/${group}`), { subject: 'x' }),
      calls.send({ chat: group, text: 'x' }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [409, 'session_use']),
    );
  }
  await h.client.patch('/api/sessions/shop', { ignore: ['status', 'newsletters'] });
  expect((await h.client.get(at('groups'))).status).toBe(200);
});

it('does not ask WhatsApp again for 15 minutes after it has refused to answer so often', async () => {
  const alice = lab.addPhone();
  const group = await create([alice]);
  lab.faults = { groupQueryError: { error: 429, times: 1 } };
  const change = () => h.client.patch(at(`groups/${group}`), { subject: 'Later' });
  const refused = await change();
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '900']);
  lab.faults = {};
  expect((await change()).status).toBe(503);
  // What is known needs no question.
  expect((await read(group))['subject']).toBe('Team');
  expect((await calls.send({ chat: group, text: 'still here' })).status).toBe(200);
  expect((await alice.nextMessage()).text).toBe('still here');
});
