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
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import type { KeyFilter, KeyStore, StoredKey } from '../../../storage/access/api-key-store.ts';
import type { Step } from '../../../storage/statement.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import { findEscalation, readKeyPermissions } from './key-permissions.ts';
import { generateKey } from './key-secret.ts';

/** What managing the API keys of accounts needs. Built once, by the composition root. */
export type KeyContext = {
  readonly keys: KeyStore;
  /** Removes a key from the cache of this node, so that a change takes effect immediately. */
  readonly forget: (key: StoredKey) => void;
  readonly activity: ActivityService;
  readonly now: Clock;
};

/** A key with its current state. */
export type KeyDetails = ApiKey & { readonly state: KeyState };

/** A new key with its secret, which is shown once and never stored. */
export type CreatedKey = { readonly key: KeyDetails; readonly secret: string };

type KeyDraft = KeyPermissions & { readonly name: string; readonly lineageId?: string | undefined };

type KeyChange = {
  readonly action: 'key_create' | 'key_rotate' | 'key_revoke';
  readonly key: ApiKey;
  /** The id of the key that replaces this one. */
  readonly successor?: string;
};

const KEY_ID_BYTES = 12;

/**
 * Creates a key in the caller's account.
 * @throws {AppError} `validation_failed`; `forbidden` if the key would exceed the caller's permissions.
 */
export async function createKey(
  ctx: KeyContext,
  caller: Caller,
  { name, ...asked }: KeyPermissions & { readonly name: string },
): Promise<CreatedKey> {
  const at = ctx.now();
  const grant = readKeyPermissions(asked, at);
  assertWithin(ctx, caller, grant);
  const restrictions = { ...grant.restrictions, sendPot: sendPotFor(caller) };
  const { key, secret } = drawKey(caller, { ...grant, name, restrictions }, at);
  await ctx.keys.insert(key, [toAuditStep(ctx, caller, { action: 'key_create', key })]);
  return { key: toDetails(key, at), secret };
}

export async function listKeys(
  { keys, now }: KeyContext,
  { accountId }: Caller,
  wanted: KeyFilter & PageRequest,
): Promise<Page<KeyDetails>> {
  const at = now();
  const { items, next } = await keys.list(accountId, wanted, at);
  return { items: items.map((key) => toDetails(key, at)), next };
}

/** @throws {AppError} `not_found`. */
export async function getKey(ctx: KeyContext, caller: Caller, keyId: string): Promise<KeyDetails> {
  return toDetails(await getStored(ctx, caller, keyId), ctx.now());
}

/**
 * Creates a key with the same permissions. The old key remains valid for `overlapSeconds`.
 * @throws {AppError} `not_found`, `forbidden`; `key_not_active` if it has ended or was rotated before.
 */
export async function rotateKey(
  ctx: KeyContext,
  caller: Caller,
  { keyId, overlapSeconds }: { readonly keyId: string; readonly overlapSeconds: number },
): Promise<CreatedKey> {
  const old = await getStored(ctx, caller, keyId);
  assertWithin(ctx, caller, old);
  const at = ctx.now();
  const lineageId = old.lineageId ?? old.keyId;
  const restrictions = { ...old.restrictions, sendPot: old.restrictions.sendPot ?? old.keyId };
  const { key, secret } = drawKey(caller, { ...old, lineageId, restrictions }, at);
  const times = { now: at, endsAt: addSeconds(at, overlapSeconds) };
  const audit = toAuditStep(ctx, caller, { action: 'key_rotate', key: old, successor: key.keyId });
  if (!(await ctx.keys.rotate(old, key, times, [audit]))) throw notActive();
  ctx.forget(old);
  return { key: toDetails(key, at), secret };
}

/**
 * Revokes a key permanently. A key that is already revoked does not change.
 * @throws {AppError} `not_found`, `forbidden`.
 */
export async function revokeKey(
  ctx: KeyContext,
  caller: Caller,
  keyId: string,
): Promise<KeyDetails> {
  const key = await getStored(ctx, caller, keyId);
  assertWithin(ctx, caller, key);
  const audit = toAuditStep(ctx, caller, { action: 'key_revoke', key });
  await ctx.keys.revoke(key, ctx.now(), [audit]);
  ctx.forget(key);
  return getKey(ctx, caller, keyId);
}

/** Callers cannot create, rotate or revoke a key with more permissions than their own. */
function assertWithin({ activity }: KeyContext, caller: Caller, grant: KeyPermissions): void {
  const beyond = findEscalation(caller, grant);
  if (beyond === undefined) return;
  activity.noteForbidden(caller, `key_beyond_its_own (${beyond})`);
  throw new AppError(
    'forbidden',
    `This key has more permissions than your own (${beyond}). Use a key or user with at least the same permissions.`,
  );
}

async function getStored(
  { keys }: KeyContext,
  { accountId }: Caller,
  keyId: string,
): Promise<StoredKey> {
  const key = await keys.find({ accountId, keyId });
  if (key) return key;
  throw new AppError('not_found', 'No such API key');
}

/** Draws a new key with a new secret, in the caller's account. */
function drawKey(caller: Caller, draft: KeyDraft, createdAt: Date) {
  const { name, mode, scopes, restrictions, lineageId } = draft;
  const { secret, keyHash, prefix } = generateKey(mode);
  const key: StoredKey = {
    ...{ name, mode, scopes, restrictions, lineageId, keyHash, prefix },
    accountId: caller.accountId,
    keyId: randomId(KEY_ID_BYTES),
    createdBy: formatPrincipal(caller.principal),
    createdAt,
    ...{ lastUsedAt: undefined, revokedAt: undefined, rotatedTo: undefined },
  };
  return { key, secret };
}

/** The activity log row of a change, written in the same transaction. */
function toAuditStep(
  { activity }: KeyContext,
  caller: Caller,
  { action, key, successor }: KeyChange,
): Step {
  const change = successor === undefined ? '' : ` to ${successor}`;
  const details = `${key.keyId} (${key.name})${change}, by ${formatPrincipal(caller.principal)}`;
  return activity.auditStep(caller, { action, status: 'success', details });
}

/** A key for callers, without the digest of its secret. */
function toDetails({ keyHash: _, ...key }: StoredKey, now: Date): KeyDetails {
  return { ...key, state: keyStateAt(key, now) };
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
