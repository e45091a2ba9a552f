import type { Account } from '../account.ts';
import type { Companion } from '../companion.ts';
import { firstChild, node, type Stanza, splitJid } from '../wire/nodes.ts';
import type { World } from '../world.ts';

export type ChatState = 'composing' | 'recording' | 'paused';

/** What a linked device shows to others: that it follows somebody, types, records, or stopped. */
export type Sign = {
  /** The number of its account. */
  readonly by: string;
  readonly kind: 'subscribe' | ChatState;
  readonly to: string;
};

/** Whether a person is there, or when they last were. */
export type Presence = { readonly isAvailable: boolean; readonly lastSeenAt?: Date };

/** Takes what a linked device shows; one that asks after a person gets the answer, now and later. */
export function takeSign(world: World, companion: Companion, stanza: Stanza): void {
  const to = splitJid(stanza.attrs['to'])?.user;
  const account = to === undefined ? undefined : world.find(to);
  const kind = stanza.tag === 'chatstate' ? chatStateOf(stanza) : stanza.attrs['type'];
  if (!account || !isSign(kind)) return;
  world.signs.push({ by: companion.user, kind, to: account.pn });
  if (kind !== 'subscribe') return;
  account.followers.add(companion);
  companion.post(presenceOf(account));
}

/** A person opens the app or closes it: those who follow them learn of it. */
export function showPresence(account: Account, presence: Presence): void {
  account.presence = presence;
  for (const companion of account.followers) companion.post(presenceOf(account));
}

/** A person types in the chat with an account, or, with `chat`, in a group. */
export function showChatState(
  world: World,
  account: Account,
  { to, state }: { readonly to: string; readonly state: ChatState },
): void {
  const group = world.groups.get(to);
  const readers = group
    ? [...group.members.keys()].filter((it) => it !== account)
    : [world.get(to)];
  const content = node(state === 'paused' ? 'paused' : 'composing', {
    media: state === 'recording' ? 'audio' : undefined,
  });
  const attributes = { from: group?.jid ?? account.shownJid, participant: group && account.jid };
  for (const companion of readers.flatMap(({ companions }) => [...companions.values()])) {
    companion.post(node('chatstate', attributes, [content]));
  }
}

function presenceOf({ shownJid, presence }: Account): Stanza {
  const { isAvailable, lastSeenAt } = presence;
  const last = lastSeenAt && String(Math.floor(lastSeenAt.getTime() / 1000));
  return node('presence', {
    from: shownJid,
    type: isAvailable ? undefined : 'unavailable',
    last: isAvailable ? undefined : (last ?? 'deny'),
  });
}

function chatStateOf(stanza: Stanza): string | undefined {
  const content = firstChild(stanza);
  return content?.attrs['media'] === 'audio' ? 'recording' : content?.tag;
}

function isSign(kind: string | undefined): kind is Sign['kind'] {
  return ['subscribe', 'composing', 'recording', 'paused'].includes(kind ?? '');
}
