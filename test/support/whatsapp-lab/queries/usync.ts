import type { Account } from '../account.ts';
import {
  child,
  children,
  deviceJid,
  findBytes,
  node,
  type Stanza,
  seconds,
  splitJid,
} from '../wire/nodes.ts';
import type { Query } from './query.ts';

/** Who has a number, which devices they have, and what their hidden id is. */
export function answerUsync({ world, connection, iq, what }: Query): void {
  const asked = listOf(child(what, 'query'));
  const wanted = new Set(asked.map(({ tag }) => tag));
  const users = children(child(what, 'list'), 'user').flatMap((userNode) => {
    const typed = findBytes(child(userNode, 'contact'))?.toString();
    const user = splitJid(userNode.attrs['jid'])?.user ?? typed?.replace(/\D/g, '');
    if (!user) return [];
    // A dialled number is answered with the account's own id; an id stands for nobody but itself.
    const account = userNode.attrs['jid'] ? world.find(user) : world.lookUp(user);
    const jid = userNode.attrs['jid'] ?? account?.jid ?? deviceJid(user, 0);
    return [node('user', { jid }, describe(account, wanted, typed))];
  });
  const { sid, mode, context } = what?.attrs ?? {};
  const outcome = node(
    'result',
    {},
    asked.map(({ tag }) => node(tag)),
  );
  connection.result(iq, [
    node('usync', { sid, mode, context, index: '0', last: 'true' }, [
      outcome,
      node('list', {}, users),
    ]),
  ]);
}

function describe(
  account: Account | undefined,
  wanted: ReadonlySet<string>,
  typed: string | undefined,
): Stanza[] {
  const answers: Stanza[] = [];
  if (wanted.has('contact')) {
    answers.push(node('contact', { type: account ? 'in' : 'out' }, typed && Buffer.from(typed)));
  }
  if (!account) return answers;
  if (wanted.has('devices')) answers.push(devicesOf(account));
  if (wanted.has('lid')) answers.push(node('lid', { val: account.lidJid }));
  if (wanted.has('status')) answers.push(node('status', { t: seconds() }, Buffer.from('lab')));
  return answers;
}

function devicesOf({ companions }: Account): Stanza {
  const linked = [...companions.keys()].map((device) =>
    node('device', { id: String(device), 'key-index': String(device) }),
  );
  return node('devices', {}, [
    node('device-list', {}, [node('device', { id: '0' }), ...linked]),
    node('key-index-list', { ts: seconds() }),
  ]);
}

function listOf(parent: Stanza | undefined): Stanza[] {
  return Array.isArray(parent?.content) ? parent.content : [];
}
