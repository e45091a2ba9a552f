import { expect, it } from 'vitest';
import { readMessages } from '../../../src/channels/whatsapp-cloud/received-messages.ts';
import { messagesOf, textFrom } from '../../support/providers/whatsapp-cloud.ts';

const OPTIONS = { phoneNumberId: '106540352242922', ownNumber: '+15550783881' };
const SENT = { id: 'wamid.1', sentAt: new Date('2026-11-30T12:00:00Z') };
const TEXT = textFrom('6281234567890', 'hello', SENT);

const read = (messages: readonly unknown[], metadata?: Parameters<typeof messagesOf>[1]) => {
  const [entry] = messagesOf(messages, metadata).entry;
  return readMessages(OPTIONS, entry?.changes ?? []).messages;
};

it('reads a text, and the number of its sender in the numbering plan of today', () => {
  expect(read([TEXT])).toEqual([
    {
      messageId: 'wamid.1',
      sender: '+6281234567890',
      text: 'hello',
      sentAt: SENT.sentAt,
      isForwarded: false,
    },
  ]);
  expect(read([{ ...TEXT, from: '5215512345678' }])).toMatchObject([{ sender: '+525512345678' }]);
});

it('knows no number of a person who hides it', () => {
  for (const from of [undefined, '', 'US.13491208655302741918']) {
    expect(read([{ ...TEXT, from }])).toMatchObject([{ sender: undefined }]);
  }
});

it('marks what was forwarded, also by a context that it cannot read', () => {
  for (const context of [{ forwarded: true }, { frequently_forwarded: true }, 'nonsense']) {
    expect(read([{ ...TEXT, context }])).toMatchObject([{ isForwarded: true }]);
  }
  const context = { from: '15550783881', id: 'wamid.0' };
  expect(read([{ ...TEXT, context }])).toMatchObject([{ isForwarded: false }]);
});

it('skips what is no text, what is malformed, and messages to another number of the app', () => {
  const image = { ...TEXT, type: 'image', image: { caption: 'hello' } };
  const others = [image, { ...TEXT, timestamp: 'now' }, { ...TEXT, text: 'hello' }, null, 7];
  expect(read([...others, TEXT])).toHaveLength(1);
  expect(read([TEXT], { display_phone_number: '15550783882', phone_number_id: '7' })).toEqual([]);
});
