import { setTimeout as pause } from 'node:timers/promises';
import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { overloaded } from '../../domain/refusal.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { RecipientKey, RecipientStore } from '../../storage/privacy/recipient-store.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { MaintenanceService } from '../operations/maintenance-service.ts';
import {
  eraseTestNumber,
  listTestNumbers,
  type TestNumberContext,
} from '../verification/test-numbers.ts';

type Dependencies = {
  readonly recipients: RecipientStore;
  readonly verifications: Pick<VerificationStore, 'expire'>;
  readonly logs: LogStore;
  readonly testNumbers: TestNumberContext;
  readonly maintenance: Pick<MaintenanceService, 'countEvents'>;
  readonly activity: ActivityService;
  readonly now: Clock;
};

/** How many rows of each kind were erased. */
export type Erasure = {
  readonly verifications: number;
  readonly deliveries: number;
  readonly activities: number;
  readonly contacts: number;
  readonly testNumbers: number;
  readonly answers: number;
};

export type RecipientService = ReturnType<typeof createRecipientService>;

const MOST_ROWS = 10_000;

/** Repeated, because another node may be counting, and receipts may arrive in between. */
const ROUNDS = 50;
const ROUND_MS = 200;

/**
 * Reads or erases all stored data about one recipient, in the caller's account only.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of its account.
 */
export function createRecipientService(dependencies: Dependencies) {
  const { recipients, verifications, logs, testNumbers, maintenance, activity, now } = dependencies;

  async function read(caller: Caller, phoneNumber: string) {
    assertSeesWholeAccount(caller.restrictions);
    const { accountId } = caller;
    const key = { accountId, phoneNumber };
    const page = { limit: MOST_ROWS, before: undefined };
    const [asked, logged, known, allTestNumbers] = await Promise.all([
      logs.listVerifications(key, page),
      logs.listActivities(key, page),
      recipients.listContacts(key),
      listTestNumbers(testNumbers, caller),
    ]);
    const handles = asked.items.map(({ verificationId }) => verificationId);
    const attempts = await logs.listDeliveries(handles);
    const nameless = await recipients.listNamelessActivities(accountId, handles, MOST_ROWS);
    const activities = [...logged.items, ...nameless];
    return {
      verifications: asked.items,
      deliveries: attempts.slice(0, MOST_ROWS),
      activities: activities.slice(0, MOST_ROWS),
      contacts: known,
      testNumber: allTestNumbers.find((one) => one.phoneNumber === phoneNumber),
      isComplete:
        asked.next === undefined &&
        logged.next === undefined &&
        Math.max(attempts.length, activities.length) <= MOST_ROWS,
    };
  }

  /**
   * Erases all data about a recipient, including a live verification. Statistics stay correct: uncounted
   * rows are counted first. A repeated call erases nothing more.
   * @throws {AppError} `overloaded` when another node has not counted in time: try again.
   */
  async function erase(caller: Caller, phoneNumber: string): Promise<Erasure> {
    assertSeesWholeAccount(caller.restrictions);
    const { accountId } = caller;
    const key = { accountId, phoneNumber };
    const startedAt = now();
    // Buffered rows would otherwise be written after the erasure.
    await activity.flush();
    let erased: Erasure = {
      ...{ verifications: 0, deliveries: 0, activities: 0, contacts: 0 },
      ...{
        testNumbers: Number(await eraseTestNumber(testNumbers, { accountId }, phoneNumber)),
        answers: 0,
      },
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      erased = addUp(erased, await eraseOnce(key));
      if (!(await recipients.hasAny(key, startedAt))) {
        await record(caller, erased);
        return erased;
      }
      await pause(ROUND_MS);
    }
    throw overloaded(1);
  }

  async function eraseOnce(key: RecipientKey) {
    for (const id of await recipients.listLive(key)) await verifications.expire(id, now());
    await recipients.makeDue(key, now());
    await maintenance.countEvents();
    const { activities: named, ...ofVerifications } = await recipients.eraseVerifications(key);
    return {
      ...ofVerifications,
      activities: named + (await recipients.eraseActivities(key)),
      contacts: await recipients.eraseContacts(key),
      testNumbers: 0,
      answers: await recipients.eraseAnswers(key),
    };
  }

  /** Logs who erased how much, without the number. */
  function record(caller: Caller, erased: Erasure): Promise<void> {
    const counts = Object.entries(erased).map(([name, count]) => `${name} ${count}`);
    return activity.audit(caller, {
      ...{ action: 'recipient_erase', status: 'success' },
      details: `${formatPrincipal(caller.principal)}: ${counts.join(', ')}`,
    });
  }

  return { read, erase };
}

function addUp(a: Erasure, b: Erasure): Erasure {
  return {
    verifications: a.verifications + b.verifications,
    deliveries: a.deliveries + b.deliveries,
    activities: a.activities + b.activities,
    contacts: a.contacts + b.contacts,
    testNumbers: a.testNumbers + b.testNumbers,
    answers: a.answers + b.answers,
  };
}
