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

type Dependencies = {
  readonly testNumbers: TestNumberStore;
  readonly hasher: CodeHasher;
  readonly hashing: BoundedQueue;
  readonly activity: ActivityService;
  readonly now: Clock;
};

export type TestNumberService = ReturnType<typeof createTestNumberService>;

/** How long the numbers of an account are remembered; a change on another node is seen after it. */
const REMEMBERED_MS = 5000;

/** A bound for the memory of a node, not a rule: callers at the same moment may pass it by a few. */
const MOST_NUMBERS = 100;

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 365;

/**
 * Test numbers: they get a fixed code that is never sent, so that automated tests can log in.
 * Keys of mode `test` reach them and nobody else; for everybody else they are out of reach, so that
 * a code that is known beforehand never opens a real login.
 */
export function createTestNumberService(dependencies: Dependencies) {
  const { testNumbers, hasher, hashing, activity, now } = dependencies;
  const numbers = createTtlCache(testNumbers.list, { keepMs: REMEMBERED_MS });

  /**
   * The test number that a caller means; undefined when it is a real person that the caller may reach.
   * @throws {AppError} `forbidden` for a test key and a real number, and the other way round.
   */
  async function findFor(caller: Caller, phoneNumber: string): Promise<TestNumber | undefined> {
    const all = (await numbers.recall(caller.accountId)) ?? [];
    const found = all.find((one) => one.phoneNumber === phoneNumber && one.validUntil > now());
    if (caller.mode === 'test' && !found) {
      throw new AppError('forbidden', 'A test key reaches only the test numbers of its account');
    }
    if (caller.mode === 'live' && found) {
      throw new AppError('forbidden', 'This is a test number: only a test key reaches it');
    }
    return found;
  }

  function list({ accountId }: Caller): Promise<readonly TestNumber[]> {
    return testNumbers.list(accountId);
  }

  /**
   * Makes a number a test number with a fixed code, until a moment at most a year ahead.
   * @throws {AppError} `validation_failed` for that moment, or with too many numbers; `overloaded`;
   *   `forbidden` for a key that is held to a part of the account, since live sends to the number end.
   */
  async function save(
    caller: Caller,
    phoneNumber: string,
    { code, validUntil }: { readonly code: string; readonly validUntil: Date | undefined },
  ): Promise<TestNumber> {
    assertSeesWholeAccount(caller.restrictions);
    const at = now();
    const until = validUntil ?? addSeconds(at, DEFAULT_DAYS * DAY_SECONDS);
    assertValidity(until, at);
    const present = await testNumbers.list(caller.accountId);
    const known = present.find((one) => one.phoneNumber === phoneNumber);
    if (!known && present.length >= MOST_NUMBERS) {
      throw new AppError(
        'validation_failed',
        `An account has at most ${MOST_NUMBERS} test numbers`,
      );
    }
    const slot = hashing.acquire();
    if (!slot) throw overloaded(hashing.retryAfterSeconds());
    const hashed = await slot.run(() => hasher.hash(code)).finally(slot.release);
    await record(caller, phoneNumber, `until ${until.toISOString()}`);
    const number = { phoneNumber, ...hashed, validUntil: until };
    await testNumbers.save(caller.accountId, number, at);
    numbers.forget(caller.accountId);
    return { ...number, createdAt: known?.createdAt ?? at };
  }

  /** @throws {AppError} `not_found`; `forbidden` as `save`. */
  async function remove(caller: Caller, phoneNumber: string): Promise<void> {
    assertSeesWholeAccount(caller.restrictions);
    await record(caller, phoneNumber, 'removed');
    const isRemoved = await testNumbers.remove(caller.accountId, phoneNumber);
    numbers.forget(caller.accountId);
    if (!isRemoved) throw new AppError('not_found', 'There is no such test number');
  }

  /** Removes it without a record of the number; false when it was none. */
  async function erase(accountId: string, phoneNumber: string): Promise<boolean> {
    const isRemoved = await testNumbers.remove(accountId, phoneNumber);
    numbers.forget(accountId);
    return isRemoved;
  }

  function record(caller: Caller, phoneNumber: string, details: string): Promise<void> {
    return activity.audit(caller, {
      ...{ action: 'test_number_change', status: 'success', phoneNumber, details },
    });
  }

  return { findFor, list, save, remove, erase };
}

function assertValidity(until: Date, at: Date): void {
  if (until > at && until <= addSeconds(at, MOST_DAYS * DAY_SECONDS)) return;
  throw invalidField('validUntil', `must be in the future, at most ${MOST_DAYS} days ahead`);
}
