import { setTimeout as pause } from 'node:timers/promises';
import { toPhoneNumber } from '../../../domain/whatsapp/whatsapp-number.ts';
import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { CredentialRows, Fence } from '../interfaces.ts';
import { LeaseLostError } from '../session/lease-lost-error.ts';
import {
  type AuthenticationCreds,
  initAuthCreds,
  jidDecode,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from './baileys.ts';
import { createKeyCache } from './key-cache.ts';
import { createKeyCodec, type Key, type KeyCodec } from './key-codec.ts';

/** Where the credentials themselves lie among the keys. */
const CREDS = { category: 'creds', keyId: 'creds' } as const;

/** How many rows of an old secret key are sealed anew at a time. */
const RESEAL_BATCH = 100;

/** How long a write that met a database out of reach waits for the next try. */
const FLUSH_AGAIN_MS = 1000;

type Options = {
  readonly sessionId: string;
  readonly rows: CredentialRows;
  readonly sealer: Sealer;
  readonly fence: () => Fence;
  readonly logger: Logger;
  /** Told when the credentials can no longer be trusted: another node has them, or a row does not open. */
  readonly onFault: (error: Error) => void;
};

/** The credentials of one device: what Baileys reads and writes while it is connected. */
export type AuthState = {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  /** Whether a phone has signed this device. */
  isLinked(): boolean;
  /** The number of the account, in E.164, once a phone has signed. */
  phoneNumber(): string | undefined;
  /** Notes that `creds` changed; they are written together with the next keys, or in a moment. */
  noteChange(): void;
  /**
   * Takes no more changes, and resolves when all earlier ones are in the database, or are another
   * node's to make. Until a phone has signed, nothing is written at all.
   */
  close(): Promise<void>;
};

/**
 * Reads the credentials of a linked device from the row of `creds`.
 * @throws {SealError} when a row was sealed with another SECRET_KEY or was changed by somebody.
 */
export async function loadAuthState(options: Options, sealed: string): Promise<AuthState> {
  const codec = createKeyCodec(options);
  const creds = codec.open(CREDS.category, CREDS.keyId, sealed) as AuthenticationCreds;
  await resealOld(options, codec);
  return createAuthState(options, creds);
}

/** Credentials of a device that no phone has signed yet: an abandoned attempt leaves nothing behind. */
export function draftAuthState(options: Options): AuthState {
  return createAuthState(options, initAuthCreds());
}

function createAuthState(options: Options, creds: AuthenticationCreds): AuthState {
  const { sessionId, rows, fence, logger, onFault } = options;
  const codec = createKeyCodec(options);
  const cache = createKeyCache();
  let isClosed = false;
  let flushing = Promise.resolve();
  let isTryDue = false;

  const isLinked = () => creds.account !== undefined && creds.me !== undefined;

  async function read(category: string, keyIds: readonly string[]): Promise<Key[]> {
    if (keyIds.length === 0 || !isLinked()) return [];
    const sealed = await rows.load(sessionId, category, keyIds);
    return keyIds.map((keyId) => {
      const text = sealed.get(keyId);
      const value = text === undefined ? null : open(category, keyId, text);
      // Changed while it was being read: what is in memory is newer.
      const key = cache.find(category, keyId) ?? { category, keyId, value };
      cache.learn(key);
      return key;
    });
  }

  function open(category: string, keyId: string, sealed: string): unknown {
    try {
      return codec.open(category, keyId, sealed);
    } catch (error) {
      onFault(error as Error);
      throw error;
    }
  }

  /** One write at a time; what changes meanwhile goes with the next. */
  function flush(): Promise<void> {
    flushing = flushing.then(write);
    return flushing;
  }

  /**
   * Never throws at Baileys: it would take a message for unsent that is on the line. The ratchet has
   * moved on, so what is in memory is the truth, and is written as soon as that is possible.
   */
  async function write(): Promise<void> {
    const changes = cache.changes();
    if (!isLinked() || changes.length === 0) return;
    try {
      const isWritten = await rows.replace(fence(), sessionId, changes.map(codec.seal));
      cache.markSaved(changes);
      if (!isWritten && !isClosed) onFault(new LeaseLostError('another node has this session'));
    } catch (err) {
      logger.error({ err, sessionId }, 'credentials are not written yet');
      await writeLater();
    }
  }

  /** Whoever keeps the session waits no longer for this; whoever wants its credentials next does. */
  function writeLater(): Promise<void> | undefined {
    const wait = pause(FLUSH_AGAIN_MS, undefined, { ref: false });
    if (isClosed) return wait.then(write);
    if (isTryDue) return undefined;
    isTryDue = true;
    // In its turn: beside another write, the older value could come last.
    void wait.then(() => {
      isTryDue = false;
      return flush();
    });
    return undefined;
  }

  const keys: SignalKeyStore = {
    async get(category, keyIds) {
      const known = keyIds.flatMap((keyId) => cache.find(category, keyId) ?? []);
      const unknown = keyIds.filter((keyId) => !known.some((key) => key.keyId === keyId));
      const keys = [...known, ...(await read(category, unknown))];
      return Object.fromEntries(
        keys
          .filter(({ value }) => value !== null)
          .map(({ keyId, value }) => [keyId, value as SignalDataTypeMap[typeof category]]),
      );
    },
    async set(data) {
      if (isClosed) return;
      for (const [category, entries] of Object.entries(data)) {
        for (const [keyId, value] of Object.entries(entries ?? {})) {
          cache.change(category, keyId, value ?? null);
        }
      }
      await flush();
    },
  };

  return {
    creds,
    keys,
    isLinked,
    phoneNumber() {
      const user = jidDecode(creds.me?.id)?.user;
      return user && toPhoneNumber(user);
    },
    noteChange() {
      if (isClosed) return;
      cache.change(CREDS.category, CREDS.keyId, creds);
      // Keys that are written in this moment take them along.
      setImmediate(() => void flush());
    },
    close() {
      isClosed = true;
      return flush();
    },
  };
}

/** Seals what an old SECRET_KEY sealed with the present one, so that the old one can be dropped. */
async function resealOld({ sessionId, rows, sealer }: Options, codec: KeyCodec): Promise<void> {
  for (;;) {
    const stale = await rows.findStale(sessionId, sealer.version, RESEAL_BATCH);
    let resealed = 0;
    for (const { category, keyId, sealed: from } of stale) {
      const row = { ...codec.reseal(category, keyId, from), from };
      if (await rows.reseal(sessionId, row)) resealed += 1;
    }
    // When somebody else writes the same rows, what is left is read under the old key again.
    if (stale.length < RESEAL_BATCH || resealed === 0) return;
  }
}
