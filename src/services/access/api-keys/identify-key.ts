import { keyStateAt } from '../../../domain/access/api-key.ts';
import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { Logger } from '../../../lib/logger.ts';
import { toNetworkMatcher } from '../../../lib/network.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { KeyStore, StoredKey } from '../../../storage/access/api-key-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import type { ClientInfo, Identify } from '../identity-service.ts';
import { digestKey, isKeyShaped, isSameDigest } from './key-secret.ts';
import { createKeyUsage } from './key-usage.ts';

type Dependencies = {
  readonly keys: KeyStore;
  readonly activity: Pick<ActivityService, 'noteForbidden'>;
  readonly logger: Logger;
  readonly now: Clock;
};

/** How long a node goes on with what it read of a key: a change on another node is seen after it. */
const REMEMBERED_MS = 5000;

/** A key with what every request wants to know of it. */
type KnownKey = {
  readonly key: StoredKey;
  readonly holder: Omit<Caller, keyof ClientInfo>;
  readonly isFromHere: (address: string) => boolean;
};

/** Tells whose key somebody shows. */
export function createKeyIdentification({ keys, activity, logger, now }: Dependencies) {
  const { noteUse, flush } = createKeyUsage({ keys, logger, now });
  const known = createTtlCache(load, { keepMs: REMEMBERED_MS });

  async function load(keyHash: string): Promise<KnownKey | undefined> {
    const key = await keys.findByHash(keyHash);
    return key && toKnown(key);
  }

  /**
   * Who shows a key of an account; undefined for one that is unknown, revoked or over.
   * @throws {AppError} `forbidden` when it may not be used from there.
   */
  const identify: Identify = async (credential, from) => {
    if (!isKeyShaped(credential)) return undefined;
    const keyHash = digestKey(credential);
    const found = await known.recall(keyHash);
    if (!found || !isSameDigest(found.key.keyHash, keyHash)) return undefined;
    // What is remembered was good when it was read; its end may have come since.
    if (keyStateAt(found.key, now()) !== 'active') return undefined;
    const caller = { ...found.holder, ...from };
    if (!found.isFromHere(from.ipAddress)) {
      activity.noteForbidden(caller, 'from outside its networks');
      throw new AppError('forbidden', 'This key may not be used from this address');
    }
    noteUse(found.key.keyId);
    return caller;
  };

  return {
    identify,
    /** Has a change of a key seen at once on this node. */
    forget: ({ keyHash }: StoredKey) => known.forget(keyHash),
    /** Writes what is still to be written. */
    close: flush,
  };
}

function toKnown(key: StoredKey): KnownKey {
  const { accountId, keyId, lineageId, mode, scopes, restrictions } = key;
  const principal = { kind: 'key' as const, id: keyId, ...(lineageId && { lineageId }) };
  const holder = { accountId, principal, scopes, mode, restrictions };
  return {
    key,
    holder: { ...holder, isOperator: false, seesAllAccounts: false },
    isFromHere: restrictions.networks ? toNetworkMatcher(restrictions.networks) : () => true,
  };
}
