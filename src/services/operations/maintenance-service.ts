import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { KNOWN_NETWORK_SECONDS } from '../../domain/access/permissions.ts';
import type { Logger } from '../../lib/logger.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { LoginNetworkStore } from '../../storage/access/login-network-store.ts';
import type { TokenStore } from '../../storage/access/token-store.ts';
import type { ActivityStore } from '../../storage/activity/activity-store.ts';
import type { UsageStore } from '../../storage/analytics/usage-store.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { CounterStore } from '../../storage/limits/counter-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { IdempotencyStore } from '../../storage/operations/idempotency-store.ts';
import type { ConversionStore } from '../../storage/verification/conversion-store.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { ContactStore } from '../../storage/whatsapp/contact-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import { type AnalyticsContext, COUNTING_LEASE } from '../analytics/context.ts';
import { countDueEvents, isAnythingDue } from '../analytics/count-events.ts';
import { BATCH, createExclusiveRunner, type Run } from './run-exclusive.ts';

type Dependencies = {
  readonly activities: ActivityStore;
  readonly activity: Pick<ActivityService, 'audit'>;
  readonly analytics: AnalyticsContext;
  readonly verifications: VerificationStore;
  readonly contacts: ContactStore;
  readonly conversions: ConversionStore;
  readonly counters: CounterStore;
  readonly deliveries: DeliveryStore;
  readonly keys: IdempotencyStore;
  readonly leases: LeaseStore;
  readonly loginNetworks: LoginNetworkStore;
  readonly tokens: TokenStore;
  readonly usages: UsageStore;
  readonly retention: { readonly activityDays: number; readonly otpDays: number };
  readonly logger: Logger;
  readonly now: Clock;
};

type Ages = {
  readonly activityDays: number | undefined;
  readonly otpDays: number | undefined;
};

/** How many rows were deleted. */
type CleanUp = {
  readonly activity: number;
  readonly otp: number;
  readonly deliveries: number;
  /** Whether everything requested is deleted. */
  readonly isComplete: boolean;
};

const NOTHING_TO_DO: Run = { rows: 0, isDone: true };

/** How long a cleanup request may take. */
const LONGEST_MS = 20_000;

export type MaintenanceService = ReturnType<typeof createMaintenanceService>;

const DAY_SECONDS = 86_400;
const KEY_LIFE_SECONDS = DAY_SECONDS;

/** After this time without contact, a recipient counts as a new contact of a session again. */
const CONTACT_DAYS = 365;

/** Samples of verified sends are deleted after this time without new sends. */
const CONVERSION_DAYS = 2;

/** Short, because counting steps are short and the statistics should stay current. */
const COUNTING_SECONDS = 10;

type Context = Dependencies & { readonly workAlone: ReturnType<typeof createExclusiveRunner> };

/** Background cleanup. No rule depends on it: every query checks times itself. */
export function createMaintenanceService(dependencies: Dependencies) {
  const ctx: Context = { ...dependencies, workAlone: createExclusiveRunner(dependencies) };
  const { verifications, now } = dependencies;
  return {
    /** Marks expired verifications. Returns how many, or undefined if another node is doing it. */
    expireVerifications: (): Promise<number | undefined> =>
      alone(ctx, 'expire-verifications', () => verifications.expireDue(now(), BATCH)),

    /** Counts events into the roll-ups. Returns how many rows, or undefined as above. */
    countEvents: (): Promise<number | undefined> => countEvents(ctx),

    /** Deletes counted log rows that are older than their retention. */
    pruneLogs: (): Promise<void> => pruneLogs(ctx),

    /**
     * Deletes log rows of all accounts beyond the requested ages, at a user's request. Rows that are
     * not yet counted and live verifications stay. It stops after 20 seconds; another request continues.
     */
    cleanUp: (caller: Caller, ages: Ages): Promise<CleanUp> => cleanUp(ctx, caller, ages),

    /** Deletes idempotency keys, counters and logins that no longer have an effect. */
    dropOldKeys: (): Promise<void> => dropOldKeys(ctx),
  };
}

async function countEvents(ctx: Context): Promise<number | undefined> {
  const { rows, isDone } = await count(ctx);
  return isDone ? rows : undefined;
}

async function count({ analytics, workAlone }: Context, until?: number): Promise<Run> {
  if (!(await isAnythingDue(analytics))) return { rows: 0, isDone: true };
  const step = () => countDueEvents(analytics, BATCH);
  return workAlone({ name: COUNTING_LEASE, step, leaseSeconds: COUNTING_SECONDS, until });
}

/** Deletes the rows of one log that are older than `before`, until a time of `performance.now()`. */
type Prune = (ctx: Context, before: Date, until?: number) => Promise<Run>;

const pruneVerifications: Prune = ({ workAlone, verifications }, before, until) =>
  workAlone({ name: 'prune-otp-logs', step: () => verifications.prune(before, BATCH), until });

const pruneDeliveries: Prune = ({ workAlone, deliveries }, before, until) =>
  workAlone({ name: 'prune-deliveries', step: () => deliveries.prune(before, BATCH), until });

const pruneActivities: Prune = ({ workAlone, activities }, before, until) =>
  workAlone({ name: 'prune-activity-logs', step: () => activities.prune(before, BATCH), until });

async function pruneLogs(ctx: Context): Promise<void> {
  const { contacts, retention, usages } = ctx;
  await countEvents(ctx);
  const at = ctx.now();
  const otpBefore = addSeconds(at, -retention.otpDays * DAY_SECONDS);
  const activityBefore = addSeconds(at, -retention.activityDays * DAY_SECONDS);
  await pruneVerifications(ctx, otpBefore);
  await pruneDeliveries(ctx, otpBefore);
  const contactsBefore = addSeconds(at, -CONTACT_DAYS * DAY_SECONDS);
  await alone(ctx, 'prune-contacts', () => contacts.prune(contactsBefore, BATCH));
  await pruneActivities(ctx, activityBefore);
  await alone(ctx, 'prune-usage', () => usages.prune(activityBefore, BATCH));
}

async function cleanUp(ctx: Context, caller: Caller, ages: Ages): Promise<CleanUp> {
  const who = formatPrincipal(caller.principal);
  const asked = Object.entries(ages).flatMap(([name, days]) =>
    days === undefined ? [] : [`${name} ${days}`],
  );
  const details = `${who}: ${asked.join(', ')}`;
  await ctx.activity.audit(caller, { action: 'log_cleanup', status: 'success', details });
  const until = performance.now() + LONGEST_MS;
  const at = ctx.now();
  const counted = await count(ctx, until);
  const prune = (days: number | undefined, job: Prune) =>
    days === undefined ? NOTHING_TO_DO : job(ctx, addSeconds(at, -days * DAY_SECONDS), until);
  const otp = await prune(ages.otpDays, pruneVerifications);
  const attempts = await prune(ages.otpDays, pruneDeliveries);
  const activityLog = await prune(ages.activityDays, pruneActivities);
  return {
    ...{ activity: activityLog.rows, otp: otp.rows, deliveries: attempts.rows },
    isComplete: [counted, otp, attempts, activityLog].every(({ isDone }) => isDone),
  };
}

async function dropOldKeys(ctx: Context): Promise<void> {
  const { keys, counters, conversions, tokens, loginNetworks } = ctx;
  const at = ctx.now();
  const before = at.getTime() - KEY_LIFE_SECONDS * 1000;
  await alone(ctx, 'drop-idempotency-keys', () => keys.prune(before, BATCH));
  await alone(ctx, 'drop-counters', () => counters.prune(at, BATCH));
  const conversionsBefore = addSeconds(at, -CONVERSION_DAYS * DAY_SECONDS);
  await alone(ctx, 'drop-conversions', () => conversions.prune(conversionsBefore, BATCH));
  await alone(ctx, 'drop-logins', () => tokens.prune(addSeconds(at, -DAY_SECONDS), BATCH));
  const unknownBefore = addSeconds(at, -KNOWN_NETWORK_SECONDS);
  await alone(ctx, 'drop-login-networks', () => loginNetworks.prune(unknownBefore, BATCH));
}

/** Repeats `step` until nothing is left. Returns the rows, or undefined if another node is doing it. */
async function alone(
  { workAlone }: Context,
  name: string,
  step: () => Promise<number>,
): Promise<number | undefined> {
  const { rows, isDone } = await workAlone({ name, step });
  return isDone ? rows : undefined;
}
