import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import { createSenderKeys } from '../groups/sender-keys.ts';
import { appStateKeyShare } from '../state/app-state-key.ts';
import { historyNotification, initialHistory } from '../state/history.ts';
import type { DeviceAddress } from '../wire/nodes.ts';
import type { SignalParty } from '../wire/signal-party.ts';
import type { World } from '../world.ts';
import { editMarkOf, stanzaTypeOf } from './content.ts';
import { type Destination, deliver, type Part } from './envelope.ts';
import { pad } from './message-text.ts';
import { sendPrivacyToken } from './messages.ts';
import type { SendOptions } from './sending-phone.ts';

type Owner = { readonly world: World; readonly account: Account; readonly party: SignalParty };
type Message = {
  readonly id: string;
  readonly content: proto.IMessage;
  readonly destination: Destination;
  readonly sentAt: Date | undefined;
  resends: number;
};

const MOST_RESENDS = 5;
const TOKEN_BYTES = 12;

/** The sending half of a phone. */
export function createSendQueue({ world, account, party }: Owner) {
  const sent = new Map<string, Message>();
  const senderKeys = createSenderKeys({ world, account, party, encryptFor });

  /** Writes to the linked devices of those who are in a chat, and of the writer. */
  async function write(
    destination: Destination,
    content: proto.IMessage,
    { id = nextId(), sentAt }: SendOptions = {},
  ): Promise<string> {
    const message: Message = { id, content, destination, sentAt, resends: 0 };
    sent.set(id, message);
    if (destination.kind === 'person') {
      giveToken(destination.account);
      for (const companion of devicesOf(destination.account)) await sendTo(companion, message);
    } else await sendToMany(message);
    return id;
  }

  /** A text from the phone to devices of its own account, which people do not see. */
  async function tell(companions: Iterable<Companion>, content: proto.IMessage): Promise<void> {
    const id = nextId();
    const destination = { kind: 'peer' } as const;
    const message: Message = { id, content, destination, sentAt: undefined, resends: 0 };
    sent.set(id, message);
    for (const companion of companions) await sendTo(companion, message);
  }

  /** Shares keys and history with a device that has just been linked. */
  async function greet(companion: Companion): Promise<void> {
    await tell([companion], appStateKeyShare(world, account));
    await tell([companion], historyNotification(initialHistory(world, account)));
  }

  /** A device could not read a message: it gets it again, in a new session. */
  async function sendAgain(id: string, to: DeviceAddress): Promise<void> {
    const message = sent.get(id);
    const companion = world.find(to.user)?.companions.get(to.device);
    if (!message || !companion || message.resends >= MOST_RESENDS) return;
    message.resends += 1;
    await party.startSession(addressOf(companion), companion.takeBundle());
    await sendTo(companion, message);
  }

  async function sendToMany(message: Message): Promise<void> {
    const { destination, content } = message;
    const parts = await senderKeys.encrypt(destination, encode(content));
    for (const { companion, encs } of parts) post(companion, message, encs);
  }

  async function sendTo(companion: Companion, message: Message): Promise<void> {
    const key = await senderKeys.distributionOf(message.destination);
    const content = { ...contentFor(companion, message), ...key };
    post(companion, message, [await encryptFor(companion, encode(content))]);
  }

  function post(companion: Companion, message: Message, parts: readonly Part[]): void {
    const { id, content, destination, sentAt } = message;
    const isPeer = destination.kind === 'peer';
    deliver(
      companion,
      { sender: account, destination },
      {
        id,
        parts,
        stanzaType: stanzaTypeOf(content),
        edit: editMarkOf(content),
        category: isPeer ? 'peer' : undefined,
        t: String(Math.floor((sentAt?.getTime() ?? Date.now()) / 1000)),
      },
    );
  }

  /** In a chat of two, a device of the writer learns to whom the message went. */
  function contentFor(companion: Companion, { content, destination }: Message): proto.IMessage {
    if (destination.kind !== 'person' || companion.user !== account.pn) return content;
    if (destination.account === account) return content;
    const destinationJid = destination.account.shownJid;
    return { deviceSentMessage: { destinationJid, message: content } };
  }

  async function encryptFor(companion: Companion, padded: Buffer): Promise<Part> {
    const address = addressOf(companion);
    if (!party.hasSession(address)) await party.startSession(address, companion.takeBundle());
    return party.encrypt(address, padded);
  }

  function giveToken(recipient: Account): void {
    if (recipient === account || account.trusted.has(recipient.pn)) return;
    const token = randomBytes(TOKEN_BYTES);
    account.trusted.set(recipient.pn, token);
    sendPrivacyToken(account, recipient, token);
  }

  function devicesOf(recipient: Account): Companion[] {
    return [...new Set([recipient, account])].flatMap(({ companions }) => [...companions.values()]);
  }

  /** As phones make them: `3A` in front, and unlike any other. */
  function nextId(): string {
    const random = randomBytes(3).toString('hex').toUpperCase();
    return `3A${account.pn.slice(-6)}${String(sent.size + 1).padStart(6, '0')}${random}`;
  }

  const hasSent = (id: string): boolean => sent.has(id);

  return { write, tell, greet, sendAgain, createId: nextId, hasSent, sent };
}

const addressOf = ({ user, device }: DeviceAddress): string => `${user}.${device}`;

const encode = (content: proto.IMessage): Buffer => pad(proto.Message.encode(content).finish());
