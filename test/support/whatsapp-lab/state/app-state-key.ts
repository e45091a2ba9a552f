import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import type { World } from '../world.ts';

const { Type } = proto.Message.ProtocolMessage;

/** The key under which the linked devices of an account share their settings; each gets the same. */
export function appStateKeyShare(world: World, account: Account): proto.IMessage {
  const { id, data } = keyOf(world, account);
  const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [0] };
  const keyData = { keyData: data, fingerprint, timestamp: Date.now() };
  const keys = [{ keyId: { keyId: id }, keyData }];
  const type = Type.APP_STATE_SYNC_KEY_SHARE;
  return { protocolMessage: { type, appStateSyncKeyShare: { keys } } };
}

export function keyOf({ appStateKeys }: World, { pn }: Account): AppStateKey {
  const key = appStateKeys.get(pn) ?? { id: randomBytes(6), data: randomBytes(32) };
  appStateKeys.set(pn, key);
  return key;
}

export type AppStateKey = { readonly id: Buffer; readonly data: Buffer };
