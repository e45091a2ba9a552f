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
import { CREDS, createKeyCodec, type Key, type KeyCodec } from './key-codec.ts';

/** How many rows of an old secret key are resealed at a time. */
const RESEAL_BATCH = 100;

/** How long to wait before retrying a write that failed. */
const FLUSH_RETRY_MS = 1000;

type Options = {
  readonly sessionId: string;
  readonly rows: CredentialRows;
  readonly sealer: Sealer;
  readonly fence: () => Fence;
  readonly logger: Logger;
  /** Called when the credentials can no longer be used: another node has them, or a row cannot be opened. */
  readonly onFault: (error: Error) => void;
};

/** The credentials of one device, which Baileys reads and writes while it is connected. */
export type AuthState = {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  /** Whether a phone has linked this device. */
  isLinked(): boolean;
  /** The number of the account, in E.164, once a phone has linked the device. */
  phoneNumber(): string | undefined;
  /** Marks `creds` as changed. They are written with the next keys, or shortly. */
  noteChange(): void;
  /**
   * Accepts no more changes. Resolves when all earlier ones are stored, or another node has taken over.
   * Nothing is written until a phone has linked the device.
   */
  close(): Promise<void>;
};

/**
 * Reads the credentials of a linked device from the row of `creds`.
 * @throws {SealError} when a row was sealed with another SECRET_KEY or was tampered with.
 */
export async function loadAuthState(options: Options, sealed: string): Promise<AuthState> {
  const codec = createKeyCodec(options);
  const creds = codec.open(CREDS.category, CREDS.keyId, sealed) as AuthenticationCreds;
  await resealOld(options, codec);
  return createAuthState(options, creds);
}

/** Creates credentials for a device that is not linked yet. An abandoned attempt leaves no rows. */
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
      // If the key changed during the read, the one in memory is newer.
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

  /** Writes all changes, one write at a time. Later changes are written by the next one. */
  function flush(): Promise<void> {
    flushing = flushing.then(write);
    return flushing;
  }

  /**
   * Never throws, because Baileys would treat a message as not sent that is on its way. The ratchet has
   * advanced, so the state in memory is the current one and is written as soon as possible.
   */
  async function write(): Promise<void> {
    const changes = cache.changes();
    if (!isLinked() || changes.length === 0) return;
    try {
      const isWritten = await rows.replace(fence(), sessionId, changes.map(codec.seal));
      cache.markSaved(changes);
      if (!isWritten && !isClosed) onFault(new LeaseLostError('another node has this session'));
    } catch (err) {
      logger.error({ err, sessionId }, 'could not save credentials, retrying');
      await writeLater();
    }
  }

  /** Schedules a retry. Only `close` waits for it, so that the next reader gets the newest credentials. */
  function writeLater(): Promise<void> | undefined {
    const wait = pause(FLUSH_RETRY_MS, undefined, { ref: false });
    if (isClosed) return wait.then(write);
    if (isTryDue) return undefined;
    isTryDue = true;
    // Through the queue: next to another write, the older value could win.
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
      // Keys that are written before then include them.
      setImmediate(() => void flush());
    },
    close() {
      isClosed = true;
      return flush();
    },
  };
}

/** Reseals rows of an old SECRET_KEY with the current one, so that the old one can be removed. */
async function resealOld({ sessionId, rows, sealer }: Options, codec: KeyCodec): Promise<void> {
  for (;;) {
    const stale = await rows.findStale(sessionId, sealer.version, RESEAL_BATCH);
    let resealed = 0;
    for (const { category, keyId, sealed: from } of stale) {
      const row = { ...codec.reseal(category, keyId, from), from };
      if (await rows.reseal(sessionId, row)) resealed += 1;
    }
    // If another process changes the same rows, the remaining ones are still read with the old key.
    if (stale.length < RESEAL_BATCH || resealed === 0) return;
  }
}
