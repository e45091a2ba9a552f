import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import type { Connection } from '../connection.ts';
import { memberJid } from '../groups/group.ts';
import { answerMediaRetry } from '../media/media-connection.ts';
import { keyNodes, registrationNode } from '../wire/key-bundle.ts';
import { type DeviceAddress, node, type Stanza, seconds, splitJid } from '../wire/nodes.ts';
import type { World } from '../world.ts';

type PhoneReceipt = {
  readonly id: string;
  /** Missing: it was delivered. `sender`: the writer's own phone got its copy. */
  readonly type?: 'read' | 'sender';
  /** With `sender`: to whom the message went. */
  readonly recipient?: string;
  /** A group, or `status@broadcast`. */
  readonly chat: string | undefined;
};

type RetryReceipt = {
  readonly id: string;
  readonly count: number;
  /** For a copy of the account's own message: to whom that went. */
  readonly recipient: string | undefined;
  readonly chat: string | undefined;
};

/** A receipt from a phone to the device that wrote the message. */
export function sendReceipt(
  world: World,
  phone: Account,
  to: DeviceAddress,
  { id, type, recipient, chat }: PhoneReceipt,
): void {
  const addresses = addressesOf(world, phone, { recipient, chat });
  const post = () =>
    findCompanion(world, to)?.post(node('receipt', { ...addresses, id, t: seconds(), type }));
  if (world.faults.dropReceipts && type !== 'sender') world.heldReceipts.push(post);
  else post();
  if (world.faults.doubleReceipts && type !== 'sender') post();
}

/** Sends the receipts that `dropReceipts` held back, and says how many. */
export function releaseReceipts(
  { heldReceipts }: World,
  { order = 'sent', copies = 1 }: Release = {},
): number {
  const held = Array.from({ length: copies }, () => heldReceipts).flat();
  heldReceipts.length = 0;
  if (order === 'reversed') held.reverse();
  for (const post of held) post();
  return held.length;
}

export type Release = {
  /** `reversed`: the last one first. */
  readonly order?: 'sent' | 'reversed';
  /** How often each of them comes. */
  readonly copies?: number;
};

/** "I could not read this, send it again": with a fresh key bundle, as phones do. */
export function sendRetryReceipt(
  world: World,
  phone: Account,
  to: DeviceAddress,
  { id, count, recipient, chat }: RetryReceipt,
): void {
  const bundle = phone.takeBundle();
  const attributes = { id, t: seconds() };
  const addresses = addressesOf(world, phone, { recipient, chat });
  findCompanion(world, to)?.post(
    node('receipt', { ...attributes, ...addresses, type: 'retry' }, [
      node('retry', { ...attributes, count: String(count), v: '1', error: '0' }),
      registrationNode(bundle.registrationId),
      node('keys', {}, keyNodes(bundle)),
    ]),
  );
}

/** Takes a receipt of a linked device for something that it received. */
export function routeReceipt(
  world: World,
  connection: Connection,
  { companion, receipt }: { readonly companion: Companion; readonly receipt: Stanza },
): void {
  const { id = '', to, type } = receipt.attrs;
  connection.send(node('ack', { class: 'receipt', id, from: to, type, t: seconds() }));
  if (type === 'server-error') {
    answerMediaRetry(world, companion, receipt);
    return;
  }
  const user = splitJid(receipt.attrs['participant'] ?? to)?.user;
  const account = user === undefined ? undefined : world.find(user);
  account?.takeReceipt({ id, type: type ?? 'delivery', by: companion.user }, companion);
}

/** In a chat of many, a receipt comes from the chat, and names the person beside it. */
function addressesOf(
  world: World,
  phone: Account,
  {
    recipient,
    chat,
  }: { readonly recipient: string | undefined; readonly chat: string | undefined },
) {
  if (chat === undefined) return { from: recipient ? phone.jid : phone.shownJid, recipient };
  const group = world.groups.get(chat);
  return { from: chat, participant: group ? memberJid(group, phone) : phone.shownJid };
}

function findCompanion(world: World, { user, device }: DeviceAddress): Companion | undefined {
  return world.find(user)?.companions.get(device);
}
