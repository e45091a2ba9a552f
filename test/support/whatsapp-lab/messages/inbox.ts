import { proto } from '@whiskeysockets/baileys';
import type { Account, MessagePart } from '../account.ts';
import { isDeviceOf } from '../wire/adv.ts';
import type { DeviceAddress } from '../wire/nodes.ts';
import type { SignalParty } from '../wire/signal-party.ts';
import type { World } from '../world.ts';
import {
  codeIn,
  contentOf,
  isBetweenDevices,
  kindOf,
  type MessageKind,
  targetOf,
  textOf,
  unpad,
} from './message-text.ts';
import { sendReceipt, sendRetryReceipt } from './receipts.ts';

/** A message as the person who holds the phone sees it. */
export type InboxMessage = {
  readonly id: string;
  /** The sender's phone number, without a plus. */
  readonly from: string;
  readonly fromDevice: number;
  /** The id of a group, or `status@broadcast`; missing in a chat of two. */
  readonly chat: string | undefined;
  /** `pkmsg` as long as the sender has no answer, then `msg`; `skmsg` to many at once. */
  readonly type: string;
  readonly kind: MessageKind;
  /** The message that a reaction, an edit or a revocation is about. */
  readonly target: string | undefined;
  readonly text: string;
  /** Everything, as the program wrote it. */
  readonly content: proto.IMessage;
  /** The digits that a person would type. */
  readonly code: string | undefined;
  /** A copy of what a linked device of this very account sent. */
  readonly sentByMe: { readonly to: string; readonly text: string } | undefined;
  /** Whether the sender's device is proven to be one of its account; only a `pkmsg` tells. */
  readonly advValid: boolean | undefined;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
};

export type Behaviour = {
  /** Sends delivery receipts. */
  deliver: boolean;
  /** Sends a read receipt for every message at once. */
  read: boolean;
  /** Asks as many times for the next message to be sent again, although it could be read. */
  retryNext: number;
};

type Owner = {
  readonly world: World;
  readonly account: Account;
  readonly party: SignalParty;
  readonly behaviour: Behaviour;
  onMessage(message: InboxMessage): void;
};

/** A phone that cannot read a message asks for it no more often than this. */
const MOST_RETRIES = 5;

/** The receiving half of a phone: decrypts, keeps, and answers with receipts. */
export function createInbox({ world, account, party, behaviour, onMessage }: Owner) {
  const messages: InboxMessage[] = [];
  const seen = new Set<string>();
  const retries = new Map<string, number>();
  let duplicates = 0;

  async function receive(part: MessagePart): Promise<void> {
    if (behaviour.retryNext > 0) {
      behaviour.retryNext -= 1;
      askAgain(part);
      return;
    }
    const opened = await open(part).catch(() => undefined);
    if (opened && (await takeKey(part, opened.message))) return;
    if (seen.has(keyOf(part))) {
      // A person sees a message once, however often it comes.
      duplicates += 1;
      confirm(part);
    } else if (opened) take(part, opened);
    else askAgain(part);
  }

  async function open({ from, type, ciphertext, chat }: MessagePart) {
    if (type === 'skmsg') {
      const plaintext = await party.groups.decrypt(chat ?? '', from, ciphertext);
      return { message: proto.Message.decode(unpad(plaintext)), senderIdentity: undefined };
    }
    const address = `${from.user}.${from.device}`;
    const { plaintext, senderIdentity } = await party.decrypt(address, type, ciphertext);
    return { message: proto.Message.decode(unpad(plaintext)), senderIdentity };
  }

  /** Keeps the sender's key of a chat, and says whether that was all. */
  async function takeKey({ from }: MessagePart, message: proto.IMessage): Promise<boolean> {
    const { senderKeyDistributionMessage: key, messageContextInfo: _, ...rest } = message;
    if (!key) return false;
    const bytes = key.axolotlSenderKeyDistributionMessage ?? Buffer.alloc(0);
    await party.groups.takeKey(key.groupId ?? '', from, bytes);
    return Object.keys(rest).length === 0;
  }

  function take(part: MessagePart, opened: Awaited<ReturnType<typeof open>>): void {
    const { message, senderIdentity } = opened;
    seen.add(keyOf(part));
    if (isBetweenDevices(message)) return;
    const own = message.deviceSentMessage;
    const content = contentOf(message);
    const text = textOf(message);
    const entry: InboxMessage = {
      id: part.id,
      from: part.from.user,
      fromDevice: part.from.device,
      chat: part.chat,
      type: part.type,
      kind: kindOf(content),
      target: targetOf(content),
      text,
      content,
      code: codeIn(text),
      sentByMe: sentByMe(part, own, text),
      advValid: senderIdentity && isProven(part, senderIdentity),
      at: performance.timeOrigin + performance.now(),
    };
    messages.push(entry);
    onMessage(entry);
    confirm(part);
    if (behaviour.read && !entry.sentByMe) markRead(part.id);
  }

  function sentByMe(
    { from, chat }: MessagePart,
    own: proto.Message.IDeviceSentMessage | null | undefined,
    text: string,
  ): InboxMessage['sentByMe'] {
    if (own) return { to: own.destinationJid ?? '', text };
    return chat !== undefined && from.user === account.pn ? { to: chat, text } : undefined;
  }

  function confirm(part: MessagePart): void {
    const { id, from, chat } = part;
    const recipient = recipientOfCopy(part);
    if (recipient) sendReceipt(world, account, from, { id, chat, type: 'sender', recipient });
    else if (behaviour.deliver) sendReceipt(world, account, from, { id, chat });
  }

  function askAgain(part: MessagePart): void {
    const { id, from, chat } = part;
    const count = (retries.get(keyOf(part)) ?? 0) + 1;
    retries.set(keyOf(part), count);
    if (count > MOST_RETRIES) return;
    sendRetryReceipt(world, account, from, { id, count, chat, recipient: recipientOfCopy(part) });
  }

  function recipientOfCopy({ from, to }: MessagePart): string | undefined {
    return from.user === account.pn ? to : undefined;
  }

  function isProven({ from, deviceIdentity }: MessagePart, senderIdentity: Buffer): boolean {
    if (!deviceIdentity) return false;
    const owner = world.get(from.user).identityPub;
    return isDeviceOf(owner, { deviceIdentity, senderIdentity });
  }

  /** Opens the chat: the sender gets a read receipt. @throws when there is no such message. */
  function markRead(id: string): void {
    const { from, fromDevice, chat } = getMessage(id);
    const sender: DeviceAddress = { user: from, device: fromDevice };
    sendReceipt(world, account, sender, { id, type: 'read', chat });
  }

  /** @throws when there is no such message. */
  function getMessage(id: string): InboxMessage {
    const found = messages.find((message) => message.id === id);
    if (!found) throw new Error(`there is no message ${id} on the phone ${account.pn}`);
    return found;
  }

  return { messages, duplicates: () => duplicates, receive, markRead, getMessage };
}

const keyOf = ({ id, from }: MessagePart): string => `${from.user} ${id}`;
