import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eraseExpiredPosts } from '../../../../src/services/conversations/status/manage-posts.ts';
import { createConversationCalls } from '../../../support/conversations/conversation-calls.ts';
import { sampleFile } from '../../../support/conversations/sample-files.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { type MediaLab, startMediaLab } from '../../../support/whatsapp/media-lab.ts';
import type { Phone } from '../../../support/whatsapp-lab/lab.ts';

const AT = '/api/sessions/support/status-posts';
const STATUS = 'status@broadcast';
const TEN_MINUTES = 601;

let m: MediaLab;
let calls: ReturnType<typeof createConversationCalls>;

beforeAll(async () => {
  m = await startMediaLab();
  calls = createConversationCalls(m.h, 'support');
  await setUp({ use: 'both', ignore: ['groups', 'newsletters'] });
});
beforeEach(() => m.h.advance(TEN_MINUTES + 12 * 3600));
afterAll(async () => {
  expect(m.lab.unhandled).toEqual([]);
  await m.close();
});

const setUp = (settings: object) => m.h.client.patch('/api/sessions/support', settings);
const post = (body: object, headers = {}) => m.h.client.post(AT, body, headers);
const list = () => calls.list('status-posts');

/** Someone who has written to the session. */
async function addFriend(): Promise<Phone> {
  const phone = m.lab.addPhone();
  await m.untilStored(await phone.sendText(m.owner.pn, 'hello'));
  return phone;
}

describe('a status post', () => {
  it('is shown to its audience and the own phone, and to no one else', async () => {
    const [alice, bob] = [await addFriend(), await addFriend()];
    const draft = { text: 'Open today', backgroundColor: '#1FA855', font: 2, to: [alice.number] };
    const { status, body } = await post(draft);
    expect([status, body.data]).toMatchObject([201, { state: 'posted' }]);
    const statusId = body.data?.['statusId'];
    const shown = await alice.nextMessage();
    expect(shown).toMatchObject({ id: statusId, chat: STATUS, text: 'Open today' });
    expect(shown.content.extendedTextMessage).toMatchObject({
      font: 2,
      backgroundArgb: 0xff1fa855,
    });
    await expect.poll(() => m.owner.inbox.at(-1)?.sentByMe).toMatchObject({ to: STATUS });
    expect(bob.inbox).toEqual([]);
    expect((await list())[0]).toMatchObject({
      ...{ statusId, type: 'text', state: 'posted', audienceCount: 1, viewCount: 0 },
      content: { text: 'Open today', backgroundColor: '#1FA855', font: 2 },
    });
  });

  it('can be a picture for all who know the session, and deleted for everyone', async () => {
    const alice = await addFriend();
    const bytes = sampleFile('jpeg');
    const headers = { 'x-api-key': API_KEY };
    const path = '/api/sessions/support/media';
    const uploaded = await m.h.client.call({ method: 'POST', path, headers, body: bytes });
    const mediaId = uploaded.body.data?.['mediaId'];
    const { body } = await post({
      type: 'image',
      mediaId,
      caption: 'New',
      audience: 'known_contacts',
    });
    const shown = await alice.nextMessage();
    expect(shown.content.imageMessage).toMatchObject({ caption: 'New' });
    expect(alice.openMedia(shown).equals(bytes)).toBe(true);
    expect((await list())[0]).toMatchObject({ content: { caption: 'New' }, mediaId });
    const at = `${AT}/${body.data?.['statusId']}`;
    expect((await m.h.client.delete(at)).status).toBe(200);
    expect(await alice.nextMessage()).toMatchObject({
      kind: 'revoke',
      chat: STATUS,
      target: shown.id,
    });
    expect((await list())[0]).toMatchObject({ state: 'revoked', content: null, mediaId: null });
    expect((await m.h.client.delete(at)).status).toBe(404);
  });

  it('reports its viewers once', async () => {
    const alice = await addFriend();
    const webhook = { url: 'https://example.com/hook', events: ['status.viewed'] };
    expect((await m.h.client.post('/api/webhooks', webhook)).status).toBe(201);
    m.lab.faults = { doubleReceipts: true };
    const { body } = await post({ text: 'Look', to: [alice.number] });
    const shown = await alice.nextMessage();
    alice.markRead(shown.id);
    await expect.poll(async () => (await list())[0]?.['viewCount']).toBe(1);
    m.lab.faults = {};
    const listEvents = async () => {
      const { body: events } = await m.h.client.get('/api/events?type=status.viewed');
      return events.data?.['items'] as { data: object }[];
    };
    // The event follows the receipt.
    await expect.poll(listEvents).toHaveLength(1);
    const items = await listEvents();
    expect(items[0]?.data).toMatchObject({ statusId: body.data?.['statusId'] });
    expect(JSON.stringify(items)).not.toContain(alice.number);
  });

  it('is posted once by many callers at the same time, and by a repeated request', async () => {
    const alice = await addFriend();
    const draft = { text: 'Once', to: [alice.number] };
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(draft)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.find(({ status }) => status !== 201);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(500);
    expect(alice.inbox.filter(({ chat }) => chat === STATUS)).toHaveLength(1);
    m.h.advance(TEN_MINUTES);
    const headers = { 'idempotency-key': 'post-1' };
    const [first, second] = [await post(draft, headers), await post(draft, headers)];
    expect(second.body.data).toEqual(first.body.data);
  });

  it('is refused without counting, if it is not complete or not for people whom the session knows', async () => {
    const [alice, stranger] = [await addFriend(), m.lab.addPhone()];
    const to = [alice.number];
    const bodies = [
      { to },
      { text: 'x' },
      { text: 'x', to, audience: 'known_contacts' },
      { text: 'x', to: [alice.number, stranger.number] },
      { text: 'x', to, caption: 'y' },
      { text: 'x', to, font: 3 },
      { type: 'image', to },
      { type: 'image', to, mediaId: 'x'.repeat(32) },
      { type: 'image', to, text: 'x', url: 'https://example.com/' },
      { type: 'document', to, url: 'https://example.com/' },
    ];
    for (const body of bodies) expect((await post(body)).status).toBe(400);
    expect((await post({ text: 'x', to })).status).toBe(201);
  });

  it('is refused by what the session is for', async () => {
    const draft = { text: 'x', to: [(await addFriend()).number] };
    await setUp({ use: 'passcodes' });
    expect((await post(draft)).body.code).toBe('session_use');
    await setUp({ use: 'conversations', ignore: ['status'] });
    expect((await post(draft)).body.code).toBe('session_use');
    await setUp({ use: 'both', ignore: [] });
    expect((await post(draft)).status).toBe(201);
  });

  it('is erased after a day', async () => {
    const { body } = await post({ text: 'Gone tomorrow', audience: 'known_contacts' });
    expect(body.data).toMatchObject({ state: 'posted' });
    m.h.advance(86_401);
    expect(await list()).toEqual([]);
    expect((await m.h.client.delete(`${AT}/${body.data?.['statusId']}`)).status).toBe(404);
    await eraseExpiredPosts(m.h.conversations);
    expect(await m.h.database.statements.select('SELECT * FROM "status_posts"', [])).toEqual([]);
  });
});
