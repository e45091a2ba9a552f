import { proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import { takeOne } from '../faults.ts';
import type { Destination, Part } from '../messages/envelope.ts';
import { STATUS } from '../messages/envelope.ts';
import { pad } from '../messages/message-text.ts';
import type { SignalParty } from '../wire/signal-party.ts';
import type { World } from '../world.ts';

type Owner = {
  readonly world: World;
  readonly account: Account;
  readonly party: SignalParty;
  /** Encrypts for one device only. */
  encryptFor(companion: Companion, padded: Buffer): Promise<Part>;
};

/** One ciphertext for all devices of a chat of many, and its key for each that lacks it. */
export function createSenderKeys({ world, account, party, encryptFor }: Owner) {
  /** "chat device" of those who have the key. */
  const informed = new Set<string>();

  async function encrypt(destination: Destination, padded: Buffer) {
    const chat = chatOf(destination);
    const { distribution, ciphertext } = await party.groups.encrypt(chat, account.pn, padded);
    const shared: Part = { type: 'skmsg', ciphertext };
    const parts: { companion: Companion; encs: Part[] }[] = [];
    for (const companion of membersOf(destination).flatMap((member) => devicesOf(member))) {
      const key = await keyFor(companion, chat, distribution);
      const text = takeOne(world.faults, 'loseSkmsg') ? [] : [shared];
      parts.push({ companion, encs: [...key, ...text] });
    }
    return parts;
  }

  /** What goes with a message that is sent to one device again. */
  async function distributionOf(destination: Destination): Promise<proto.IMessage> {
    if (destination.kind === 'peer' || destination.kind === 'person') return {};
    const chat = chatOf(destination);
    return distributionMessage(chat, await party.groups.distribution(chat, account.pn));
  }

  async function keyFor(companion: Companion, chat: string, distribution: Uint8Array) {
    const entry = `${chat} ${companion.jid}`;
    if (informed.has(entry)) return [];
    informed.add(entry);
    if (takeOne(world.faults, 'loseSenderKeys')) return [];
    const message = proto.Message.encode(distributionMessage(chat, distribution)).finish();
    return [await encryptFor(companion, pad(message))];
  }

  return { encrypt, distributionOf };
}

function chatOf(destination: Destination): string {
  return destination.kind === 'group' ? destination.group.jid : STATUS;
}

function membersOf(destination: Destination): Account[] {
  if (destination.kind === 'group') return [...destination.group.members.keys()];
  return destination.kind === 'status' ? [...destination.audience] : [];
}

const devicesOf = ({ companions }: Account): Companion[] => [...companions.values()];

function distributionMessage(groupId: string, bytes: Uint8Array): proto.IMessage {
  const axolotlSenderKeyDistributionMessage = bytes;
  return { senderKeyDistributionMessage: { groupId, axolotlSenderKeyDistributionMessage } };
}
