import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { invalidField, overloaded } from '../../domain/refusal.ts';
import type { BoundedQueue } from '../../lib/concurrency/bounded-queue.ts';
import { createTtlCache } from '../../lib/concurrency/ttl-cache.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { TestNumber, TestNumberStore } from '../../storage/verification/test-number-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { CodeHasher } from './code-hasher.ts';

export type { TestNumber };

/**
 * What test numbers need. They have a fixed code that is never sent, so that automated tests can log in.
 * Keys of mode `test` can use test numbers only, and other callers cannot use them, so that a code that is
 * known in advance never opens a real login.
 */
export type TestNumberContext = {
  readonly testNumbers: TestNumberStore;
  /** A cache of the numbers by account. */
  readonly knownNumbers: KnownTestNumbers;
  readonly hasher: CodeHasher;
  readonly hashing: BoundedQueue;
  readonly activity: ActivityService;
  readonly now: Clock;
};

type KnownTestNumbers = ReturnType<typeof createKnownTestNumbers>;

/** How long a node caches the numbers of an account. A change on another node takes effect within this time. */
const NUMBER_CACHE_MS = 5000;

/** Bounds the memory of a node. It is no strict rule: parallel callers may exceed it slightly. */
const MOST_NUMBERS = 100;

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 365;

/** Caches the test numbers of accounts, because every send and check needs them. */
export function createKnownTestNumbers({ list }: Pick<TestNumberStore, 'list'>) {
  return createTtlCache(list, { keepMs: NUMBER_CACHE_MS });
}

/**
 * Finds a test number; undefined if the number is a real one that the caller may use.
 * @throws {AppError} `forbidden` for a test key with a real number, or a live key with a test number.
 */
export async function findTestNumber(
  { knownNumbers, now }: TestNumberContext,
  caller: Caller,
  phoneNumber: string,
): Promise<TestNumber | undefined> {
  const all = (await knownNumbers.recall(caller.accountId)) ?? [];
  const found = all.find((one) => one.phoneNumber === phoneNumber && one.validUntil > now());
  if (caller.mode === 'test' && !found) {
    throw new AppError('forbidden', 'A test key can only use the test numbers of its account');
  }
  if (caller.mode === 'live' && found) {
    throw new AppError('forbidden', 'This is a test number. Use a test key.');
  }
  return found;
}

export function listTestNumbers(
  { testNumbers }: TestNumberContext,
  { accountId }: Caller,
): Promise<readonly TestNumber[]> {
  return testNumbers.list(accountId);
}

/**
 * Makes a number a test number with a fixed code, for at most a year.
 * @throws {AppError} `validation_failed` for `validUntil`, or with too many numbers; `overloaded`;
 *   `forbidden` for a key that is restricted to a part of the account, since live sends to the number stop.
 */
export async function saveTestNumber(
  ctx: TestNumberContext,
  caller: Caller,
  phoneNumber: string,
  { code, validUntil }: { readonly code: string; readonly validUntil: Date | undefined },
): Promise<TestNumber> {
  const { testNumbers, hashing, hasher } = ctx;
  const { accountId } = caller;
  assertSeesWholeAccount(caller.restrictions);
  const at = ctx.now();
  const until = validUntil ?? addSeconds(at, DEFAULT_DAYS * DAY_SECONDS);
  assertValidity(until, at);
  const present = await testNumbers.list(accountId);
  const known = present.find((one) => one.phoneNumber === phoneNumber);
  if (!known && present.length >= MOST_NUMBERS) {
    throw new AppError(
      'validation_failed',
      `An account can have at most ${MOST_NUMBERS} test numbers`,
    );
  }
  const slot = hashing.acquire();
  if (!slot) throw overloaded(hashing.retryAfterSeconds());
  const hashed = await slot.run(() => hasher.hash(code)).finally(slot.release);
  await auditChange(ctx, caller, phoneNumber, `until ${until.toISOString()}`);
  const number = { phoneNumber, ...hashed, validUntil: until };
  await testNumbers.save(accountId, number, at);
  ctx.knownNumbers.forget(accountId);
  return { ...number, createdAt: known?.createdAt ?? at };
}

/** @throws {AppError} `not_found`; `forbidden` as `saveTestNumber`. */
export async function removeTestNumber(
  ctx: TestNumberContext,
  caller: Caller,
  phoneNumber: string,
): Promise<void> {
  assertSeesWholeAccount(caller.restrictions);
  await auditChange(ctx, caller, phoneNumber, 'removed');
  const isRemoved = await eraseTestNumber(ctx, caller, phoneNumber);
  if (!isRemoved) throw new AppError('not_found', 'No such test number');
}

/** Removes a test number without logging it; false if it was not one. */
export async function eraseTestNumber(
  { testNumbers, knownNumbers }: TestNumberContext,
  { accountId }: Pick<Caller, 'accountId'>,
  phoneNumber: string,
): Promise<boolean> {
  const isRemoved = await testNumbers.remove(accountId, phoneNumber);
  knownNumbers.forget(accountId);
  return isRemoved;
}

function auditChange(
  { activity }: TestNumberContext,
  caller: Caller,
  phoneNumber: string,
  details: string,
): Promise<void> {
  return activity.audit(caller, {
    action: 'test_number_change',
    status: 'success',
    phoneNumber,
    details,
  });
}

function assertValidity(until: Date, at: Date): void {
  if (until > at && until <= addSeconds(at, MOST_DAYS * DAY_SECONDS)) return;
  throw invalidField('validUntil', `must be in the future, at most ${MOST_DAYS} days ahead`);
}
