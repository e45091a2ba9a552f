import {
  type ApiKey,
  type KeyPermissions,
  type KeyState,
  keyStateAt,
} from '../../../domain/access/api-key.ts';
import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Page, PageRequest } from '../../../domain/page.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import type { Logger } from '../../../lib/logger.ts';
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import type { KeyFilter, KeyStore, StoredKey } from '../../../storage/access/api-key-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import { createKeyIdentification } from './identify-key.ts';
import { findEscalation, readKeyPermissions } from './key-permissions.ts';
import { generateKey } from './key-secret.ts';

type Dependencies = {
  readonly keys: KeyStore;
  readonly activity: ActivityService;
  readonly logger: Logger;
  readonly now: Clock;
};

/** A key with its current state. */
export type KeyDetails = ApiKey & { readonly state: KeyState };

/** A new key with its secret, which is shown once and never stored. */
export type CreatedKey = { readonly key: KeyDetails; readonly secret: string };

type KeyDraft = KeyPermissions & { readonly name: string; readonly lineageId?: string | undefined };

export type KeyService = ReturnType<typeof createKeyService>;

const KEY_ID_BYTES = 12;

/** Creates, lists, rotates, revokes and identifies the API keys of accounts. */
export function createKeyService({ keys, activity, logger, now }: Dependencies) {
  const { identify, forget, close } = createKeyIdentification({ keys, activity, logger, now });

  /**
   * Creates a key in the caller's account.
   * @throws {AppError} `validation_failed`; `forbidden` if the key would exceed the caller's permissions.
   */
  async function create(
    caller: Caller,
    { name, ...asked }: KeyPermissions & { readonly name: string },
  ) {
    const grant = readKeyPermissions(asked, now());
    assertWithin(caller, grant);
    const sendPot = sendPotFor(caller);
    const { key, secret } = draw(caller, {
      ...grant,
      name,
      restrictions: { ...grant.restrictions, sendPot },
    });
    await keys.insert(key, [auditOf(caller, 'key_create', key)]);
    return { key: describe(key), secret };
  }

  async function list(
    { accountId }: Caller,
    wanted: KeyFilter & PageRequest,
  ): Promise<Page<KeyDetails>> {
    const { items, next } = await keys.list(accountId, wanted, now());
    return { items: items.map(describe), next };
  }

  /** @throws {AppError} `not_found`. */
  async function get(caller: Caller, keyId: string): Promise<KeyDetails> {
    return describe(await getStored(caller, keyId));
  }

  /**
   * Creates a key with the same permissions. The old key remains valid for `overlapSeconds`.
   * @throws {AppError} `not_found`, `forbidden`; `key_not_active` if it has ended or was rotated before.
   */
  async function rotate(
    caller: Caller,
    keyId: string,
    overlapSeconds: number,
  ): Promise<CreatedKey> {
    const old = await getStored(caller, keyId);
    assertWithin(caller, old);
    const lineageId = old.lineageId ?? old.keyId;
    const sendPot = old.restrictions.sendPot ?? old.keyId;
    const { key, secret } = draw(caller, {
      ...old,
      lineageId,
      restrictions: { ...old.restrictions, sendPot },
    });
    const at = now();
    const times = { now: at, endsAt: addSeconds(at, overlapSeconds) };
    const audit = auditOf(caller, 'key_rotate', old, ` to ${key.keyId}`);
    if (!(await keys.rotate(old, key, times, [audit]))) throw notActive();
    forget(old);
    return { key: describe(key), secret };
  }

  /**
   * Revokes a key for good. A key that is already revoked does not change.
   * @throws {AppError} `not_found`, `forbidden`.
   */
  async function revoke(caller: Caller, keyId: string): Promise<KeyDetails> {
    const key = await getStored(caller, keyId);
    assertWithin(caller, key);
    await keys.revoke(key, now(), [auditOf(caller, 'key_revoke', key)]);
    forget(key);
    return get(caller, keyId);
  }

  /** Callers cannot create, rotate or revoke a key with more permissions than their own. */
  function assertWithin(caller: Caller, grant: KeyPermissions): void {
    const beyond = findEscalation(caller, grant);
    if (beyond === undefined) return;
    activity.noteForbidden(caller, `a key beyond its own ${beyond}`);
    throw new AppError(
      'forbidden',
      `This key has more permissions than your own (${beyond}). Use a key or user with at least the same permissions.`,
    );
  }

  async function getStored({ accountId }: Caller, keyId: string): Promise<StoredKey> {
    const key = await keys.find({ accountId, keyId });
    if (key) return key;
    throw new AppError('not_found', 'No such API key');
  }

  /** Draws a new key with a new secret, in the caller's account. */
  function draw(caller: Caller, { name, mode, scopes, restrictions, lineageId }: KeyDraft) {
    const { secret, keyHash, prefix } = generateKey(mode);
    const key: StoredKey = {
      ...{ name, mode, scopes, restrictions, lineageId, keyHash, prefix },
      accountId: caller.accountId,
      keyId: randomId(KEY_ID_BYTES),
      createdBy: formatPrincipal(caller.principal),
      createdAt: now(),
      ...{ lastUsedAt: undefined, revokedAt: undefined, rotatedTo: undefined },
    };
    return { key, secret };
  }

  /** The activity log row of a change, written in the same transaction. */
  function auditOf(
    caller: Caller,
    action: 'key_create' | 'key_rotate' | 'key_revoke',
    { keyId, name }: ApiKey,
    more = '',
  ) {
    const details = `${keyId} (${name})${more}, by ${formatPrincipal(caller.principal)}`;
    return activity.auditStep(caller, { action, status: 'success', details });
  }

  /** A key for callers, without the digest of its secret. */
  function describe({ keyHash: _, ...key }: StoredKey): KeyDetails {
    return { ...key, state: keyStateAt(key, now()) };
  }

  return { create, list, get, rotate, revoke, identify, close };
}

/** A key with a send budget shares it with the keys that it creates. */
function sendPotFor({ principal, restrictions }: Caller): string | undefined {
  return restrictions.sendsPerHour === undefined
    ? undefined
    : (restrictions.sendPot ?? principal.id);
}

function notActive(): AppError {
  return new AppError(
    'key_not_active',
    'Only a key that is neither revoked nor expired, and was not rotated before, can be rotated',
  );
}
