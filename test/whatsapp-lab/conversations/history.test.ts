import type { WAMessage } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';
import { createLabClient, type LabClient, linkByQr, silenceLibsignal } from '../lab-client.ts';
import { mediaDispatcher } from './media-trust.ts';

let lab: Lab;
let owner: Phone;
let alice: Phone;
let client: LabClient;

const sentAt = new Date('2026-11-01T08:00:00Z');

const hasMessage =
  (id: string) =>
  ({ messages }: { messages: WAMessage[] }): boolean =>
    messages.some(({ key }) => key.id === id);

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab({ media: true });
  owner = lab.addPhone({ name: 'Owner' });
  alice = lab.addPhone({ addressing: 'lid' });
  owner.history = [
    {
      with: alice.pn,
      name: 'Alice',
      unreadCount: 2,
      isArchived: true,
      messages: [
        { id: 'OLD2', fromMe: true, text: 'old two', sentAt },
        { id: 'OLD1', text: 'old one', sentAt },
      ],
    },
  ];
  client = createLabClient(lab.url, { options: { dispatcher: mediaDispatcher(lab) } });
  await linkByQr(client, owner);
});
afterEach(() => {
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

it('gives a new device the chats of before, but not as messages that come now', async () => {
  const { chats, contacts, messages } = await client.event('messaging-history.set');
  expect(chats).toMatchObject([{ id: `${alice.lid}@lid`, unreadCount: 2, archived: true }]);
  expect(contacts).toMatchObject([{ name: 'Alice' }]);
  expect(messages.map(({ key }) => key.id)).toEqual(['OLD2', 'OLD1']);
  // A history has one address only: the number is in the list of hidden ids.
  expect(messages[0]?.key).not.toHaveProperty('remoteJidAlt', alice.jid);
  expect(client.seen('inbound').map(({ message }) => message.key.id)).not.toContain('OLD1');
});

it('gives more of it later', async () => {
  await owner.state.sendHistory([
    { with: alice.pn, messages: [{ id: 'OLDER', text: 'older', sentAt }] },
  ]);
  expect(await client.event('messaging-history.set', hasMessage('OLDER'))).toBeDefined();
});

it('leaves a long history on the media host', async () => {
  await owner.state.sendHistory(
    [{ with: alice.pn, messages: [{ id: 'BLOB', text: 'in a blob', sentAt }] }],
    'blob',
  );
  expect(await client.event('messaging-history.set', hasMessage('BLOB'))).toBeDefined();
});
