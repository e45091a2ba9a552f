import { randomBytes } from 'node:crypto';
import type { MessageContent } from '../../../src/domain/conversations/message-content.ts';
import type {
  SessionMessage,
  WhatsAppMessage,
  WhatsAppPerson,
} from '../../../src/domain/conversations/whatsapp-message.ts';
import { SESSION } from './ingest-fixture.ts';

export const ALICE = { phoneNumber: '+6281230000011', lid: '91000000000011' } as const;
export const BOB = { phoneNumber: '+6281230000012', lid: '91000000000012' } as const;
const OWNER = { phoneNumber: '+6281230000001', lid: '91000000000001' } as const;

export function drawId(): string {
  return randomBytes(10).toString('hex').toUpperCase();
}

type Parts = Partial<Omit<WhatsAppMessage, 'content'>> & {
  readonly content?: MessageContent;
  readonly text?: string;
};

/** A message in the chat with a person, as a session receives it. */
export function messageOf(
  person: WhatsAppPerson,
  { text = 'hello', ...parts }: Parts = {},
): SessionMessage {
  const isFromMe = parts.isFromMe === true;
  return {
    ...SESSION,
    message: {
      messageId: drawId(),
      chat: { kind: 'person', person },
      sender: isFromMe ? OWNER : person,
      isFromMe,
      sentAt: new Date(Math.floor(Date.now() / 1000) * 1000),
      arrival: 'live',
      isForwarded: false,
      content: { type: 'text', text },
      ...parts,
    },
  };
}
