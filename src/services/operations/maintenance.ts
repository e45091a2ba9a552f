import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { KNOWN_NETWORK_SECONDS } from '../../domain/access/permissions.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import { COUNTING_LEASE, SUMMING_LEASE } from '../analytics/context.ts';
import { countDueEvents, isAnythingDue } from '../analytics/count-events.ts';
import { sumUpDays } from '../analytics/sum-up-days.ts';
import { watchConversions } from '../analytics/watch-conversions.ts';
import { eraseLeftovers } from '../conversations/conversation-service.ts';
import type { MaintenanceContext } from './context.ts';
import { type Run, runExclusive, type Step } from './run-exclusive.ts';

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

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const KEY_LIFE_SECONDS = DAY_SECONDS;

/** After this time without contact, a recipient counts as a new contact of a session again. */
const CONTACT_DAYS = 365;

/** Samples of verified sends are deleted after this time without new sends. */
const CONVERSION_DAYS = 2;

/**
 * Counting adds up a batch before it writes, and a large one costs little more than a small one. While it is
 * behind, the next batch follows at once: it must keep up with any number of codes, and the statistics should
 * stay current. Its lease is short, because its steps are.
 */
const COUNTING = { batch: 200, rest: 0, leaseSeconds: 10 };

/** Its steps are short. A node that dies during one blocks the others for this long. */
const EXPIRY_LEASE_SECONDS = 30;

/** Marks expired verifications. Returns how many, or undefined if another node is doing it. */
export async function expireVerifications(ctx: MaintenanceContext): Promise<number | undefined> {
  const step = async (batch: number) => (await ctx.verifications.expireDue(ctx.now(), batch)).count;
  const job = { name: 'expire-verifications', step, leaseSeconds: EXPIRY_LEASE_SECONDS };
  const { rows, isDone } = await runExclusive(ctx, job);
  return isDone ? rows : undefined;
}

/** Counts events into the roll-ups. Returns how many rows, or undefined as above. */
export async function countEvents(ctx: MaintenanceContext): Promise<number | undefined> {
  const { rows, isDone } = await count(ctx);
  return isDone ? rows : undefined;
}

async function count(ctx: MaintenanceContext, until?: number): Promise<Run> {
  const { analytics } = ctx;
  if (!(await isAnythingDue(analytics))) return NOTHING_TO_DO;
  const step = (batch: number) => countDueEvents(analytics, batch);
  return runExclusive(ctx, { name: COUNTING_LEASE, step, ...COUNTING, until });
}

/** Compares the conversion with that of the days before. Does nothing if another node is doing it. */
export async function compareConversions(ctx: MaintenanceContext): Promise<void> {
  const step = () => watchConversions(ctx.conversionWatch).then(() => NOTHING_TO_DO);
  await runExclusive(ctx, { name: 'watch-conversions', step });
}

/** Deletes log rows from before a time. */
type Prune = (ctx: MaintenanceContext, before: Date, until?: number) => Promise<Run>;

const pruneVerifications: Prune = (ctx, before, until) => {
  const step = (batch: number) => ctx.verifications.prune(before, batch);
  return runExclusive(ctx, { name: 'prune-otp-logs', step, until });
};

const pruneDeliveries: Prune = (ctx, before, until) => {
  const step = (batch: number) => ctx.deliveries.prune(before, batch);
  return runExclusive(ctx, { name: 'prune-deliveries', step, until });
};

/** Relayed messages are kept as long as codes are. */
const pruneRelays: Prune = (ctx, before, until) => {
  const step = (batch: number) => ctx.relays.prune(before, batch);
  return runExclusive(ctx, { name: 'prune-relayed-messages', step, until });
};

const pruneActivities: Prune = (ctx, before, until) => {
  const step = (batch: number) => ctx.activities.prune(before, batch);
  return runExclusive(ctx, { name: 'prune-activity-logs', step, until });
};

/** Deletes counted log rows that are older than their retention, and stores old counts by day. */
export async function pruneLogs(ctx: MaintenanceContext): Promise<void> {
  const { contacts, events, inbound, places, retention, usages } = ctx;
  await countEvents(ctx);
  const at = ctx.now();
  const otpBefore = addSeconds(at, -retention.otpDays * DAY_SECONDS);
  const activityBefore = addSeconds(at, -retention.activityDays * DAY_SECONDS);
  await pruneVerifications(ctx, otpBefore);
  await pruneDeliveries(ctx, otpBefore);
  await pruneRelays(ctx, otpBefore);
  await alone(ctx, 'prune-inbound', (batch) => inbound.prune(otpBefore, batch));
  await alone(ctx, 'prune-inbound-places', (batch) => places.prune(at, batch));
  const contactsBefore = addSeconds(at, -CONTACT_DAYS * DAY_SECONDS);
  await alone(ctx, 'prune-contacts', (batch) => contacts.prune(contactsBefore, batch));
  await pruneActivities(ctx, activityBefore);
  const eventsBefore = addSeconds(at, -retention.eventDays * DAY_SECONDS);
  await alone(ctx, 'prune-events', (batch) => events.prune(eventsBefore, batch));
  await alone(ctx, 'prune-usage', (batch) => usages.prune(activityBefore, batch));
  await pruneConversations(ctx, at);
  const { analytics, owner } = ctx;
  const days = { timeZone: retention.timeZone, owner };
  await alone(ctx, SUMMING_LEASE, (batch) => sumUpDays(analytics, days, batch));
}

/** Deletes messages after their retention, chats without one, and what sessions have beyond what they store. */
async function pruneConversations(ctx: MaintenanceContext, at: Date): Promise<void> {
  const { erase, retention } = ctx;
  const before = addSeconds(at, -retention.messageDays * DAY_SECONDS);
  await alone(ctx, 'prune-messages', (batch) => erase.pruneMessages(before, batch));
  await alone(ctx, 'prune-receipts', (batch) => erase.pruneReceipts(before, batch));
  await alone(ctx, 'prune-chats', (batch) => erase.pruneChats(before, batch));
  await alone(ctx, 'prune-groups', (batch) => erase.pruneGroups(before, batch));
  await eraseLeftovers(ctx, at);
}

/**
 * Deletes log rows of all accounts beyond the requested ages, at a user's request. Rows that are not yet
 * counted and live verifications stay. It stops after 20 seconds; another request continues.
 */
export async function cleanUp(
  ctx: MaintenanceContext,
  caller: Caller,
  ages: Ages,
): Promise<CleanUp> {
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
  const relayed = await prune(ages.otpDays, pruneRelays);
  const activityLog = await prune(ages.activityDays, pruneActivities);
  return {
    ...{ activity: activityLog.rows, otp: otp.rows, deliveries: attempts.rows },
    isComplete: [counted, otp, attempts, relayed, activityLog].every(({ isDone }) => isDone),
  };
}

/** Deletes idempotency keys, pages, proofs, counters and logins that no longer have an effect. */
export async function dropOldKeys(ctx: MaintenanceContext): Promise<void> {
  const { keys, counters, conversions, drops, tokens, loginNetworks, pages, proofs } = ctx;
  const at = ctx.now();
  const before = at.getTime() - KEY_LIFE_SECONDS * 1000;
  await alone(ctx, 'drop-idempotency-keys', (batch) => keys.prune(before, batch));
  const endedBefore = addSeconds(at, -HOUR_SECONDS);
  await alone(ctx, 'drop-pages', (batch) => pages.prune(endedBefore, batch));
  await alone(ctx, 'drop-proofs', (batch) => proofs.prune(endedBefore, batch));
  await alone(ctx, 'drop-counters', (batch) => counters.prune(at, batch));
  const conversionsBefore = addSeconds(at, -CONVERSION_DAYS * DAY_SECONDS);
  await alone(ctx, 'drop-conversions', (batch) => conversions.prune(conversionsBefore, batch));
  await alone(ctx, 'drop-conversion-drops', (batch) => drops.prune(conversionsBefore, batch));
  await alone(ctx, 'drop-logins', (batch) => tokens.prune(addSeconds(at, -DAY_SECONDS), batch));
  const unknownBefore = addSeconds(at, -KNOWN_NETWORK_SECONDS);
  await alone(ctx, 'drop-login-networks', (batch) => loginNetworks.prune(unknownBefore, batch));
}

/** Repeats `step` until nothing is left. Returns the rows, or undefined if another node is doing it. */
async function alone(
  ctx: MaintenanceContext,
  name: string,
  step: Step,
): Promise<number | undefined> {
  const { rows, isDone } = await runExclusive(ctx, { name, step });
  return isDone ? rows : undefined;
}
