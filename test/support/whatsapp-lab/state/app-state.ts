import {
  type ChatModification,
  chatModificationToAppPatch,
  decodePatches,
  encodeSyncdPatch,
  newLTHashState,
  proto,
  type WAPatchName,
} from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import type { Query } from '../queries/query.ts';
import { children, node, type Stanza, seconds } from '../wire/nodes.ts';
import type { World } from '../world.ts';
import { keyOf } from './app-state-key.ts';

/** The settings of an account's chats, as a list of encrypted changes; the server reads none of them. */
export type AppState = { readonly patches: Buffer[] };

/** Takes a client's change, or gives it what it lacks. A change of an older state is a conflict. */
export function answerAppState({ world, connection, companion, iq, what }: Query): void {
  const account = world.get(companion.user);
  const collections = children(what, 'collection').map((asked) => answerOne(world, account, asked));
  connection.result(iq, [node('sync', {}, collections)]);
}

/** A setting that a person changes on the phone: archived, pinned, muted, read, the name of a contact. */
export async function changeChat(
  world: World,
  account: Account,
  { jid, change }: { readonly jid: string; readonly change: ChatModification },
): Promise<void> {
  const create = chatModificationToAppPatch(change, jid);
  const { patches } = stateOf(world, account, create.type);
  const { id, data } = keyOf(world, account);
  const findKey = async () => ({ keyData: data });
  const known = patches.map((patch, index) => withVersion(patch, index + 1));
  const { state } = await decodePatches(create.type, known, newLTHashState(), findKey, {});
  const { patch } = await encodeSyncdPatch(create, id.toString('base64'), state, findKey);
  patches.push(Buffer.from(proto.SyncdPatch.encode(patch).finish()));
  for (const companion of account.companions.values()) companion.post(notice(account, create.type));

  function notice({ jid: from }: Account, name: WAPatchName): Stanza {
    const attributes = { from, type: 'server_sync', id: `sync-${name}-${patches.length}` };
    return node('notification', { ...attributes, t: seconds() }, [
      node('collection', { name, version: String(patches.length) }),
    ]);
  }
}

function answerOne(world: World, account: Account, asked: Stanza): Stanza {
  const { name = '', version: base = '0' } = asked.attrs;
  const { patches } = stateOf(world, account, name);
  const [change] = children(asked, 'patch');
  if (change && Number(base) !== patches.length) return conflict(name, patches.length);
  if (change) patches.push(Buffer.from(change.content as Uint8Array));
  const version = String(patches.length);
  if (change) return node('collection', { name, version });
  const missing = patches
    .map((patch, index) => withVersion(patch, index + 1))
    .slice(Number(base))
    .map((patch) => node('patch', {}, Buffer.from(proto.SyncdPatch.encode(patch).finish())));
  const list = missing.length > 0 ? [node('patches', {}, missing)] : [];
  return node('collection', { name, version, has_more_patches: 'false' }, list);
}

function conflict(name: string, version: number): Stanza {
  const error = node('error', { code: '409', text: 'conflict' });
  return node('collection', { name, version: String(version), type: 'error' }, [error]);
}

/** The server writes into each change which one it is; a client that counts by itself is off by one. */
function withVersion(bytes: Buffer, version: number): proto.SyncdPatch {
  const patch = proto.SyncdPatch.decode(bytes);
  patch.version = proto.SyncdVersion.fromObject({ version });
  return patch;
}

function stateOf({ appStates }: World, { pn }: Account, name: string): AppState {
  const state = appStates.get(`${pn} ${name}`) ?? { patches: [] };
  appStates.set(`${pn} ${name}`, state);
  return state;
}
