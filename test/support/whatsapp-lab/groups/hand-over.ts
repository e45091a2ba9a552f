import type { Account } from '../account.ts';
import { takeOne } from '../faults.ts';
import type { Sent } from '../messages/messages.ts';
import { child, children, findBytes, node, type Stanza, seconds, splitJid } from '../wire/nodes.ts';
import type { World } from '../world.ts';
import { describeDevice } from './group.ts';

type Device = { readonly account: Account; readonly device: number };
type Carried = Sent & { readonly chat: string; readonly encs: readonly Stanza[] };

/**
 * A linked device's message to a group or to status: each device gets the part that is for it
 * alone, if there is one, and what is for all. Who is not in the group reaches nobody.
 */
export async function handOverToMany(world: World, sent: Sent, chat: string): Promise<void> {
  const ownParts = readParts(world, sent.message);
  for (const target of audienceOf(world, sent, { chat, ownParts })) {
    if (!isMeant(world, sent, target)) continue;
    const own = ownParts.get(keyOf(target));
    await handOver(world, target, { ...sent, chat, encs: partsFor(world, sent, own) });
  }
}

/** Not the device that writes; when one device is to get it again, only that one. */
function isMeant(world: World, { companion, message }: Sent, { account, device }: Device): boolean {
  if (account.pn === companion.user && device === companion.device) return false;
  const only = splitJid(message.attrs['participant']);
  return !only || (world.find(only.user) === account && only.device === device);
}

function partsFor({ faults }: World, { message }: Sent, own: Stanza | undefined): Stanza[] {
  const key = own && !takeOne(faults, 'loseSenderKeys') ? [own] : [];
  const shared = takeOne(faults, 'loseSkmsg') ? [] : children(message, 'enc');
  return [...key, ...shared];
}

/** The devices of a group's members; of status, those that the sender lists. */
function audienceOf(
  world: World,
  { companion }: Sent,
  { chat, ownParts }: { readonly chat: string; readonly ownParts: ReadonlyMap<string, Stanza> },
): Device[] {
  if (!chat.endsWith('@g.us')) {
    return [...ownParts.keys()].map((key) => {
      const [pn = '', device] = key.split('.');
      return { account: world.get(pn), device: Number(device) };
    });
  }
  const members = [...(world.groups.get(chat)?.members.keys() ?? [])];
  if (!members.some(({ pn }) => pn === companion.user)) return [];
  return members.flatMap((account) =>
    [0, ...account.companions.keys()].map((device) => ({ account, device })),
  );
}

function readParts(world: World, message: Stanza): Map<string, Stanza> {
  const parts = new Map<string, Stanza>();
  for (const part of children(child(message, 'participants'), 'to')) {
    const address = splitJid(part.attrs['jid']);
    const account = address && world.find(address.user);
    const enc = child(part, 'enc');
    if (account && enc) parts.set(keyOf({ account, device: address.device }), enc);
  }
  return parts;
}

async function handOver(
  world: World,
  { account, device }: Device,
  carried: Carried,
): Promise<void> {
  const { companion: from, message, chat, encs } = carried;
  const identity = child(message, 'device-identity');
  if (device > 0) {
    account.companions.get(device)?.post(forward(world, carried, identity));
    return;
  }
  for (const enc of encs) {
    await account.receive({
      id: message.attrs['id'] ?? '',
      from,
      to: chat,
      chat,
      type: enc.attrs['type'] ?? '',
      ciphertext: findBytes(enc) ?? Buffer.alloc(0),
      deviceIdentity: findBytes(identity),
    });
  }
}

function forward(world: World, { companion, message, chat, encs }: Carried, identity?: Stanza) {
  const { id, type } = message.attrs;
  const addressing = world.groups.get(chat)?.addressing ?? 'pn';
  const notify = world.get(companion.user).name;
  const attributes = { from: chat, ...describeDevice(companion, addressing) };
  return node(
    'message',
    { ...attributes, id, type, t: seconds(), notify },
    identity ? [...encs, identity] : [...encs],
  );
}

const keyOf = ({ account, device }: { readonly account: Account; readonly device: number }) =>
  `${account.pn}.${device}`;
