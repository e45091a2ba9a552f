import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import type { DeviceAddress } from '../wire/nodes.ts';
import type { SignalParty } from '../wire/signal-party.ts';
import type { World } from '../world.ts';
import { appStateKeyShare, historySync } from './history.ts';
import { pad } from './message-text.ts';
import { deliver, sendPrivacyToken } from './messages.ts';

type Owner = { readonly world: World; readonly account: Account; readonly party: SignalParty };
type Message = {
  readonly id: string;
  readonly padded: Buffer;
  readonly category: string | undefined;
};

const MOST_RESENDS = 5;
const TOKEN_BYTES = 12;

/** The sending half of a phone. */
export function createSendQueue({ world, account, party }: Owner) {
  const sent = new Map<string, Message & { resends: number }>();

  /** Writes to all linked devices of an account and gives the id of the message. */
  async function write(recipient: Account, text: string): Promise<string> {
    if (!account.trusted.has(recipient.pn)) {
      const token = randomBytes(TOKEN_BYTES);
      account.trusted.set(recipient.pn, token);
      sendPrivacyToken(account, recipient, token);
    }
    return send(recipient.companions.values(), { conversation: text });
  }

  /** Shares keys and history with a device that has just been linked. */
  async function greet(companion: Companion): Promise<void> {
    await send([companion], appStateKeyShare(), 'peer');
    await send([companion], historySync(world.everybody()), 'peer');
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

  async function send(
    companions: Iterable<Companion>,
    content: proto.IMessage,
    category?: string,
  ): Promise<string> {
    const id = createId(account.pn, sent.size + 1);
    const padded = pad(proto.Message.encode(content).finish());
    const message = { id, padded, category, resends: 0 };
    sent.set(id, message);
    for (const companion of companions) await sendTo(companion, message);
    return id;
  }

  async function sendTo(companion: Companion, { id, padded, category }: Message): Promise<void> {
    const address = addressOf(companion);
    if (!party.hasSession(address)) await party.startSession(address, companion.takeBundle());
    const encrypted = await party.encrypt(address, padded);
    deliver(companion, account, { ...encrypted, id, category });
  }

  return { write, greet, sendAgain };
}

const addressOf = ({ user, device }: DeviceAddress): string => `${user}.${device}`;

/** As phones make them: `3A` in front, and unlike any other. */
function createId(pn: string, count: number): string {
  const random = randomBytes(3).toString('hex').toUpperCase();
  return `3A${pn.slice(-6)}${String(count).padStart(6, '0')}${random}`;
}
