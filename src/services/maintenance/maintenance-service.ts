import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { addSeconds, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ActivityStore } from '../../storage/activity-store.ts';
import type { ChallengeStore } from '../../storage/challenge-store.ts';
import type { ContactStore } from '../../storage/contact-store.ts';
import type { CounterStore } from '../../storage/counter-store.ts';
import type { DeliveryStore } from '../../storage/delivery-store.ts';
import type { IdempotencyStore } from '../../storage/idempotency-store.ts';
import type { LeaseStore } from '../../storage/lease-store.ts';
import type { TokenStore } from '../../storage/token-store.ts';
import type { UsageStore } from '../../storage/usage-store.ts';
import { type AnalyticsService, COUNTING_LEASE } from '../analytics/analytics-service.ts';

type Dependencies = {
  readonly activities: ActivityStore;
  readonly analytics: Pick<AnalyticsService, 'isAnythingDue' | 'countDue'>;
  readonly challenges: ChallengeStore;
  readonly contacts: ContactStore;
  readonly counters: CounterStore;
  readonly deliveries: DeliveryStore;
  readonly keys: IdempotencyStore;
  readonly leases: LeaseStore;
  readonly tokens: TokenStore;
  readonly usages: UsageStore;
  readonly retention: { readonly activityDays: number; readonly otpDays: number };
  readonly logger: Logger;
  readonly now: Clock;
};

export type MaintenanceService = ReturnType<typeof createMaintenanceService>;

const DAY_SECONDS = 86_400;
const KEY_LIFE_SECONDS = DAY_SECONDS;

/** A person that a number has not looked up or heard of for so long is a stranger to it again. */
const CONTACT_DAYS = 365;

/** Small steps with a breath between them, so that requests are not held up (docs/operations.md). */
const BATCH = 200;
const BREATH_MS = 5;

/** How long a node that died keeps a job from the others: longer than its longest step. */
const LEASE_SECONDS = 120;

/** Of counting the steps are short, and figures are not to stand still for long. */
const COUNTING_SECONDS = 10;

/** Tidies up. No rule depends on it: every query carries its own guard on time. */
export function createMaintenanceService(dependencies: Dependencies) {
  const { activities, challenges, contacts, counters, deliveries, keys, leases, logger, now } =
    dependencies;
  const { analytics, retention, tokens, usages } = dependencies;
  const owner = randomUUID();

  /** Marks challenges whose time is over; returns how many, or undefined when another node does it. */
  function expireChallenges(): Promise<number | undefined> {
    return alone('expire-challenges', () => challenges.expireDue(now(), BATCH));
  }

  /** Counts what happened into the roll-ups; returns how many rows, or undefined as above. */
  async function countEvents(): Promise<number | undefined> {
    if (!(await analytics.isAnythingDue())) return 0;
    return alone(COUNTING_LEASE, () => analytics.countDue(BATCH), COUNTING_SECONDS);
  }

  /** Deletes logs that are older than their retention, of which everything is counted. */
  async function pruneLogs(): Promise<void> {
    await countEvents();
    const at = now();
    const otpBefore = addSeconds(at, -retention.otpDays * DAY_SECONDS);
    const activityBefore = addSeconds(at, -retention.activityDays * DAY_SECONDS);
    await alone('prune-otp-logs', () => challenges.prune(otpBefore, BATCH));
    await alone('prune-deliveries', () => deliveries.prune(otpBefore, BATCH));
    const contactsBefore = addSeconds(at, -CONTACT_DAYS * DAY_SECONDS);
    await alone('prune-contacts', () => contacts.prune(contactsBefore, BATCH));
    await alone('prune-activity-logs', () => activities.prune(activityBefore, BATCH));
    await alone('prune-usage', () => usages.prune(activityBefore, BATCH));
  }

  /** Deletes idempotency keys, counters and logins that can change no answer any more. */
  async function dropOldKeys(): Promise<void> {
    const at = now();
    const before = at.getTime() - KEY_LIFE_SECONDS * 1000;
    await alone('drop-idempotency-keys', () => keys.prune(before, BATCH));
    await alone('drop-counters', () => counters.prune(at, BATCH));
    await alone('drop-logins', () => tokens.prune(addSeconds(at, -DAY_SECONDS), BATCH));
  }

  /** Repeats `step` until nothing is left, holding a lease that each step prolongs. */
  async function alone(
    name: string,
    step: () => Promise<number>,
    leaseSeconds = LEASE_SECONDS,
  ): Promise<number | undefined> {
    const lease = { name, owner };
    let total = 0;
    while (await leases.acquire(lease, now(), addSeconds(now(), leaseSeconds))) {
      const done = await step();
      total += done;
      if (done < BATCH) {
        await leases.release(lease);
        // Counting is done all the time: a line for each would tell nothing.
        if (total > 0 && name !== COUNTING_LEASE)
          logger.info({ job: name, rows: total }, 'job done');
        return total;
      }
      await pause(BREATH_MS);
    }
    return undefined;
  }

  return { expireChallenges, countEvents, pruneLogs, dropOldKeys };
}
