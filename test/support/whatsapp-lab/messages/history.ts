import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';

const { Type } = proto.Message.ProtocolMessage;
const { INITIAL_BOOTSTRAP } = proto.HistorySync.HistorySyncType;

/** The key under which the linked devices of an account share their settings. */
export function appStateKeyShare(): proto.IMessage {
  const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [0] };
  const keyData = { keyData: randomBytes(32), fingerprint, timestamp: Date.now() };
  const keys = [{ keyId: { keyId: randomBytes(6) }, keyData }];
  const type = Type.APP_STATE_SYNC_KEY_SHARE;
  return { protocolMessage: { type, appStateSyncKeyShare: { keys } } };
}

/** An empty history, with the hidden ids of everybody; without it a client waits 20 seconds. */
export function historySync(everybody: readonly Account[]): proto.IMessage {
  const history = proto.HistorySync.encode({
    syncType: INITIAL_BOOTSTRAP,
    progress: 100,
    conversations: [],
    phoneNumberToLidMappings: everybody.map(({ jid, lidJid }) => ({ pnJid: jid, lidJid })),
  }).finish();
  const historySyncNotification = {
    syncType: INITIAL_BOOTSTRAP,
    chunkOrder: 1,
    progress: 100,
    initialHistBootstrapInlinePayload: deflateSync(history),
  };
  return {
    protocolMessage: { type: Type.HISTORY_SYNC_NOTIFICATION, historySyncNotification },
  };
}
