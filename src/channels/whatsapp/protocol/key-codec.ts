import type { Sealer } from '../../../lib/crypto/encryption.ts';
import { BufferJSON, proto } from './baileys.ts';
import { keyContextOf } from './key-context.ts';

export type Key = { readonly category: string; readonly keyId: string; readonly value: unknown };

/** The row of the credentials themselves among the keys. */
export const CREDS = { category: 'creds', keyId: 'creds' } as const;

export type KeyCodec = ReturnType<typeof createKeyCodec>;

/** Converts the keys of one session to sealed rows and back. */
export function createKeyCodec({ sessionId, sealer }: { sessionId: string; sealer: Sealer }) {
  const contextOf = (category: string, keyId: string) => keyContextOf(sessionId, category, keyId);

  const secretVersion = sealer.version;

  return {
    /** A deleted key has a row without text. */
    seal({ category, keyId, value }: Key) {
      const text = value === null ? undefined : JSON.stringify(value, BufferJSON.replacer);
      const sealed = text === undefined ? null : sealer.seal(text, contextOf(category, keyId));
      return { category, keyId, sealed, secretVersion };
    },

    /** @throws {SealError} */
    open(category: string, keyId: string, sealed: string): unknown {
      const text = sealer.open(sealed, contextOf(category, keyId));
      return revive(category, JSON.parse(text, BufferJSON.reviver));
    },

    /** Seals a key with the current secret key. @throws {SealError} */
    reseal(category: string, keyId: string, sealed: string) {
      const context = contextOf(category, keyId);
      const text = sealer.open(sealed, context);
      return { category, keyId, sealed: sealer.seal(text, context), secretVersion };
    },
  };
}

/** Baileys needs this kind of key as a message object. */
function revive(category: string, value: unknown): unknown {
  return category === 'app-state-sync-key'
    ? proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>)
    : value;
}
