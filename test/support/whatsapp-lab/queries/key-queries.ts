import type { Companion } from '../companion.ts';
import { bigEndian, fromBigEndian } from '../wire/crypto.ts';
import { KEY_TYPE, keyNodes, registrationNode } from '../wire/key-bundle.ts';
import { child, children, getBytes, node, type Stanza, splitJid } from '../wire/nodes.ts';
import { SignalParty } from '../wire/signal-party.ts';
import type { Query } from './query.ts';

const DIGEST_KEYS = 10;

/** The key server: devices leave their keys with it, and fetch those of others. */
export const keyQueries: Readonly<Record<string, (query: Query) => void>> = {
  'encrypt get count': ({ connection, companion, iq }) =>
    connection.result(iq, [node('count', { value: String(companion.preKeys.size) })]),
  'encrypt set registration': upload,
  'encrypt set rotate': ({ connection, companion, iq, what }) => {
    companion.signedPreKey = readSignedPreKey(child(what, 'skey'));
    connection.result(iq);
  },
  'encrypt get digest': ({ connection, companion, iq }) =>
    connection.result(iq, [digestOf(companion)]),
  'encrypt get key': handOut,
};

function upload({ connection, companion, iq }: Query): void {
  if (!getBytes(iq, 'identity').equals(companion.identityPub)) {
    connection.error(iq, 406, 'the identity is another one');
    return;
  }
  companion.registrationId = fromBigEndian(getBytes(iq, 'registration'));
  companion.signedPreKey = readSignedPreKey(child(iq, 'skey'));
  for (const key of children(child(iq, 'list'), 'key')) {
    companion.preKeys.set(fromBigEndian(getBytes(key, 'id')), getBytes(key, 'value'));
  }
  connection.result(iq);
}

function handOut({ world, connection, iq, what }: Query): void {
  const users = children(what, 'user').flatMap(({ attrs: { jid } }) => {
    const address = splitJid(jid);
    const account = address && world.find(address.user);
    const holder = address?.device ? account?.companions.get(address.device) : account;
    // A dialled number that is nobody's id is a ghost: it has keys, and no phone behind them.
    const isGhost = !account && address !== undefined && world.lookUp(address.user) !== undefined;
    if (!holder && !isGhost) return [];
    const bundle = holder?.takeBundle() ?? new SignalParty().takeBundle();
    return [node('user', { jid }, [registrationNode(bundle.registrationId), ...keyNodes(bundle)])];
  });
  connection.result(iq, [node('list', {}, users)]);
}

function readSignedPreKey(skey: Stanza | undefined) {
  return {
    id: fromBigEndian(getBytes(skey, 'id')),
    pub: getBytes(skey, 'value'),
    signature: getBytes(skey, 'signature'),
  };
}

function digestOf({ registrationId, identityPub, signedPreKey, preKeys }: Companion): Stanza {
  const ids = [...preKeys.keys()].slice(0, DIGEST_KEYS);
  const idNode = (id: number) => node('id', {}, bigEndian(id, 3));
  return node('digest', {}, [
    registrationNode(registrationId),
    node('type', {}, KEY_TYPE),
    node('identity', {}, identityPub),
    node('skey', {}, [idNode(signedPreKey.id)]),
    node('list', {}, ids.map(idNode)),
  ]);
}
