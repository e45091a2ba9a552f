import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startControl } from '../../support/whatsapp-lab/control/control.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from '../lab-client.ts';

let lab: Lab;
let control: Awaited<ReturnType<typeof startControl>>;
let owner: Phone;
let alice: Phone;
let client: LabClient;

async function call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(control.url + path, init);
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

/** Has Alice do something, and gives the id of the message that came of it. */
async function byAlice(what: string, body: object): Promise<string> {
  const to = owner.number;
  const { id } = (await call('POST', `/phones/${alice.pn}/${what}`, { to, ...body })) as Identified;
  return id;
}
type Identified = { id: string };

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab({ media: true });
  control = await startControl(lab);
  ({ owner, client } = await linkClient(lab));
  alice = lab.addPhone({ name: 'Alice' });
});
afterEach(() => {
  lab.faults = {};
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await control.close();
  await lab.close();
});

it('writes, replies, reacts, edits and takes back', async () => {
  const id = await byAlice('send', { text: 'hello' });
  const reply = await byAlice('send', { text: 'and more', replyTo: id, forwarded: 1 });
  const reaction = await byAlice('react', { id, emoji: '👍' });
  const edit = await byAlice('edit', { id, text: 'hello!' });
  const revocation = await byAlice('revoke', { id });
  for (const sent of [id, reply, reaction, edit, revocation]) await client.inbound(sent);
});

it('sends a place, a contact, a poll and a file', async () => {
  await client.inbound(await byAlice('location', { latitude: 1, longitude: 2 }));
  await client.inbound(await byAlice('contact', { name: 'Budi', number: '+62811' }));
  await client.inbound(await byAlice('poll', { name: 'Lunch?', options: ['a', 'b'] }));
  const id = await byAlice('media', { kind: 'document', randomBytes: 1000, fileName: 'a.pdf' });
  const directPath = (await client.inbound(id)).message?.documentMessage?.directPath;
  expect(await call('POST', '/media/expire', { directPath })).toEqual({ wasThere: true });
  expect(await call('GET', '/media/certificate')).toMatchObject({
    certificate: expect.stringContaining('BEGIN CERTIFICATE'),
  });
});

it('creates groups and changes them', async () => {
  const body = { subject: 'Team', members: [owner.pn] };
  const { id } = (await call('POST', `/phones/${alice.pn}/groups`, body)) as Identified;
  await client.inbound(await byAlice('send', { to: id, text: 'to the group' }));
  const change = { id, action: 'remove', members: [owner.pn] };
  expect(await call('POST', `/phones/${alice.pn}/groups/change`, change)).toEqual({
    statuses: [200],
  });
  expect(await call('GET', '/groups')).toMatchObject([{ id, members: [{ pn: alice.pn }] }]);
});

it('shows, types, pins, and shares the past', async () => {
  await client.socket().sendPresenceUpdate('composing', alice.jid);
  await expect
    .poll(() => call('GET', `/phones/${alice.pn}/signs`))
    .toMatchObject([{ kind: 'composing' }]);
  await call('POST', `/phones/${alice.pn}/typing`, { to: owner.pn, state: 'recording' });
  await call('POST', `/phones/${alice.pn}/presence`, { isAvailable: true });
  await call('POST', `/phones/${owner.pn}/chat`, { to: alice.pn, isPinned: true });
  await client.event('chats.update', (chats) => chats.some(({ pinned }) => Boolean(pinned)));
  const messages = [{ id: 'PAST', text: 'long ago', sentAt: '2026-01-01T00:00:00Z' }];
  await call('POST', `/phones/${owner.pn}/history`, { chats: [{ with: alice.pn, messages }] });
  await client.event('messaging-history.set', (history) =>
    history.messages.some(({ key }) => key.id === 'PAST'),
  );
});

it('sets the faults of files and groups', async () => {
  const faults = { media: { flipAt: 3 }, groupQueryError: { error: 429, times: 1 }, loseSkmsg: 1 };
  await call('POST', '/faults', faults);
  expect(lab.faults).toEqual(faults);
  await expect(call('POST', '/faults', { media: { flip: 1 } })).rejects.toThrow(/flip/);
});
