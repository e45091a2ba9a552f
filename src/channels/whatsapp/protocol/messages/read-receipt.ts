import type { ReceiptKind } from '../../../../domain/conversations/message.ts';
import type { WhatsAppChat } from '../../../../domain/conversations/whatsapp-message.ts';
import type { WhatsAppReceipt } from '../../../../domain/conversations/whatsapp-receipt.ts';
import { type BinaryNode, getBinaryNodeChild, getBinaryNodeChildren } from '../baileys.ts';
import { toPerson } from './find-person.ts';
import { toSharedChat, toTime } from './read-message.ts';

/**
 * A receipt without a type means delivered. The type `sender` is the copy of our own phone, and `retry` is a phone that
 * could not decrypt the message.
 */
const KINDS: Readonly<Record<string, ReceiptKind>> = {
  inactive: 'delivered',
  read: 'read',
  played: 'played',
  'read-self': 'read',
  'played-self': 'played',
};

/** Reads a receipt; undefined if it reports something else. */
export function readReceipt(receipt: BinaryNode): WhatsAppReceipt | undefined {
  const { type, from, recipient, participant, t } = receipt.attrs;
  const kind = type === undefined ? 'delivered' : KINDS[type];
  if (kind === undefined) return undefined;
  const isByMe = type?.endsWith('-self') === true;
  const chat = toChat((isByMe && recipient) || from);
  if (!chat) return undefined;
  const messageIds = idsOf(receipt);
  const by = toPerson([participant ?? from]);
  return { messageIds, kind, chat, by, isByMe, at: toTime(Number(t)) };
}

function toChat(jid: string | undefined): WhatsAppChat | undefined {
  if (jid === undefined) return undefined;
  const person = toPerson([jid]);
  const isAnyone = person.phoneNumber !== undefined || person.lid !== undefined;
  return isAnyone ? { kind: 'person', person } : toSharedChat(jid);
}

/** A phone that was offline acknowledges many messages in one receipt. */
function idsOf(receipt: BinaryNode): string[] {
  const items = getBinaryNodeChildren(getBinaryNodeChild(receipt, 'list'), 'item');
  return [receipt, ...items].flatMap(({ attrs }) => attrs['id'] ?? []);
}
