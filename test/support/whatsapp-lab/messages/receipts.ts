import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import type { Connection } from '../connection.ts';
import { keyNodes, registrationNode } from '../wire/key-bundle.ts';
import { type DeviceAddress, node, type Stanza, seconds, splitJid } from '../wire/nodes.ts';
import type { World } from '../world.ts';

type PhoneReceipt = {
  readonly id: string;
  /** Missing: it was delivered. `sender`: the writer's own phone got its copy. */
  readonly type?: 'read' | 'sender';
  /** With `sender`: to whom the message went. */
  readonly recipient?: string;
};

type RetryReceipt = {
  readonly id: string;
  readonly count: number;
  /** For a copy of the account's own message: to whom that went. */
  readonly recipient: string | undefined;
};

/** A receipt from a phone to the device that wrote the message. */
export function sendReceipt(
  world: World,
  phone: Account,
  to: DeviceAddress,
  { id, type, recipient }: PhoneReceipt,
): void {
  const from = recipient ? phone.jid : phone.shownJid;
  const post = () =>
    findCompanion(world, to)?.post(node('receipt', { from, id, t: seconds(), type, recipient }));
  if (world.faults.dropReceipts && type !== 'sender') world.heldReceipts.push(post);
  else post();
}

/** Sends the receipts that `dropReceipts` held back, and says how many. */
export function releaseReceipts({ heldReceipts }: World): number {
  const held = heldReceipts.splice(0);
  for (const post of held) post();
  return held.length;
}

/** "I could not read this, send it again": with a fresh key bundle, as phones do. */
export function sendRetryReceipt(
  world: World,
  phone: Account,
  to: DeviceAddress,
  { id, count, recipient }: RetryReceipt,
): void {
  const bundle = phone.takeBundle();
  const attributes = { id, t: seconds() };
  const from = recipient ? phone.jid : phone.shownJid;
  findCompanion(world, to)?.post(
    node('receipt', { ...attributes, from, type: 'retry', recipient }, [
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
  const user = splitJid(to)?.user;
  const account = user === undefined ? undefined : world.find(user);
  account?.takeReceipt({ id, type: type ?? 'delivery', by: companion.user }, companion);
}

function findCompanion(world: World, { user, device }: DeviceAddress): Companion | undefined {
  return world.find(user)?.companions.get(device);
}
