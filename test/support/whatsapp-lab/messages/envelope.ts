import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import { describeMember, type Group } from '../groups/group.ts';
import { node } from '../wire/nodes.ts';
import type { World } from '../world.ts';

export const STATUS = 'status@broadcast';

/** Where a phone's message goes. */
export type Destination =
  | { readonly kind: 'peer' }
  | { readonly kind: 'person'; readonly account: Account }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'status'; readonly audience: readonly Account[] };

export type Part = { readonly type: string; readonly ciphertext: Buffer };

/** One message of a phone, encrypted for one linked device. */
export type Envelope = {
  readonly id: string;
  readonly stanzaType: string;
  /** By the sender's clock, in seconds since 1970. */
  readonly t: string;
  readonly edit?: string | undefined;
  readonly category?: string | undefined;
  readonly parts: readonly Part[];
};

type Route = { readonly sender: Account; readonly destination: Destination };

/** A phone's message, on its way to one linked device. */
export function deliver(companion: Companion, route: Route, envelope: Envelope): void {
  const { id, stanzaType: type, t, edit, category, parts } = envelope;
  const attributes = { ...describeRoute(companion, route), id, type, t, edit, category };
  const encs = parts.map((part) => node('enc', { v: '2', type: part.type }, part.ciphertext));
  companion.post(node('message', attributes, encs));
}

/** By a number or hidden id, a group's id, or `status@broadcast`. @throws when there is none such. */
export function findDestination(world: World, to: string): Destination {
  if (to === STATUS) return { kind: 'status', audience: world.everybody() };
  if (!to.endsWith('@g.us')) return { kind: 'person', account: world.get(to) };
  const group = world.groups.get(to);
  if (!group) throw new Error(`there is no group ${to}`);
  return { kind: 'group', group };
}

export function jidOfDestination(destination: Destination): string {
  if (destination.kind === 'person') return destination.account.jid;
  return destination.kind === 'group' ? destination.group.jid : STATUS;
}

function describeRoute(companion: Companion, { sender, destination }: Route) {
  if (destination.kind === 'group') return describeMember(sender, destination.group);
  if (destination.kind === 'status') return describePoster(sender);
  if (sender.pn !== companion.user) return describeSender(sender);
  if (destination.kind === 'peer') return { from: sender.jid };
  return describeCopy(sender, destination.account);
}

function describeSender(sender: Account) {
  const isLid = sender.addressing === 'lid';
  return {
    from: sender.shownJid,
    notify: sender.name,
    addressing_mode: sender.addressing,
    sender_pn: isLid && !sender.hidesNumber ? sender.jid : undefined,
    sender_lid: isLid ? undefined : sender.lidJid,
  };
}

/** What a person writes on the phone also comes to the devices that are linked to it. */
function describeCopy(sender: Account, recipient: Account) {
  const isLid = recipient.addressing === 'lid';
  return {
    from: isLid ? sender.lidJid : sender.jid,
    recipient: recipient.shownJid,
    notify: sender.name,
    addressing_mode: recipient.addressing,
    peer_recipient_pn: isLid ? recipient.jid : undefined,
    peer_recipient_lid: isLid ? undefined : recipient.lidJid,
  };
}

function describePoster(sender: Account) {
  const isLid = sender.addressing === 'lid';
  return {
    from: STATUS,
    participant: sender.shownJid,
    participant_pn: isLid ? sender.jid : undefined,
    participant_lid: isLid ? undefined : sender.lidJid,
    addressing_mode: sender.addressing,
    notify: sender.name,
  };
}
