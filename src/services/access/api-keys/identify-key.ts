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

/** How long a node caches a key. A change on another node takes effect within this time. */
const KEY_CACHE_MS = 5000;

/** A key with what every request needs to know about it. */
type KnownKey = {
  readonly key: StoredKey;
  readonly holder: Omit<Caller, keyof ClientInfo>;
  readonly isNetworkAllowed: (address: string) => boolean;
};

/** Identifies callers by their API key. */
export function createKeyIdentification({ keys, activity, logger, now }: Dependencies) {
  const { noteUse, flush } = createKeyUsage({ keys, logger, now });
  const known = createTtlCache(load, { keepMs: KEY_CACHE_MS });

  async function load(keyHash: string): Promise<KnownKey | undefined> {
    const key = await keys.findByHash(keyHash);
    return key && toKnown(key);
  }

  /**
   * Returns the caller; undefined if the key is unknown, revoked or expired.
   * @throws {AppError} `forbidden` if the key is not allowed from the client's address.
   */
  const identify: Identify = async (credential, from) => {
    if (!isKeyShaped(credential)) return undefined;
    const keyHash = digestKey(credential);
    const found = await known.recall(keyHash);
    if (!found || !isSameDigest(found.key.keyHash, keyHash)) return undefined;
    // A cached key may have expired since it was read.
    if (keyStateAt(found.key, now()) !== 'active') return undefined;
    const caller = { ...found.holder, ...from };
    if (!found.isNetworkAllowed(from.ipAddress)) {
      activity.noteForbidden(caller, 'outside_its_networks');
      throw new AppError('forbidden', 'This key is not allowed from this IP address');
    }
    noteUse(found.key.keyId);
    return caller;
  };

  return {
    identify,
    /** Removes a key from the cache, so that a change takes effect on this node immediately. */
    forget: ({ keyHash }: StoredKey) => known.forget(keyHash),
    /** Writes the uses that are still buffered. */
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
    isNetworkAllowed: restrictions.networks ? toNetworkMatcher(restrictions.networks) : () => true,
  };
}
