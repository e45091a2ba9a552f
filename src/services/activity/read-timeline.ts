import type { Caller } from '../../domain/access/caller.ts';
import { isPermitted } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import { sendGroupOf } from '../../domain/recipient.ts';
import type { TimelineDetail } from '../../domain/verification/attempt-failure.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { LoggedActivity, LoggedVerification } from '../../storage/activity/log-entry.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { TimelineStore } from '../../storage/activity/timeline-store.ts';
import { eventKinds, type TimelineEvent, toEvents } from './timeline-events.ts';

export { eventKinds, type TimelineEvent };

/** What reading timelines needs. Built once, by the composition root. */
export type TimelineContext = {
  readonly timelines: TimelineStore;
  readonly logs: Pick<LogStore, 'listDeliveries'>;
  readonly now: Clock;
};

/** What happened to a code, and why. */
export type Timeline = {
  readonly verification: LoggedVerification;
  readonly status: LoggedVerification['status'];
  readonly events: readonly TimelineEvent[];
};

/** Limits that were hit this long before the request may explain why no earlier one succeeded. */
const BEFORE_SECONDS = 600;

type Traces = {
  readonly activities: readonly LoggedActivity[];
  readonly successionAt: Date | undefined;
};

/**
 * Reads all logged events of a verification, in chronological order.
 * @throws {AppError} `not_found`, also for a verification of another account, and for one that the
 * caller's key does not permit.
 */
export async function readTimeline(
  { timelines, logs, now }: TimelineContext,
  caller: Caller,
  verificationId: string,
): Promise<Timeline> {
  const verification = await timelines.findVerification(verificationId);
  if (!verification || !isVisible(caller, verification)) {
    throw new AppError('not_found', 'No such verification');
  }
  const [deliveries, activities, successionAt] = await Promise.all([
    logs.listDeliveries([verificationId]),
    timelines.listActivitiesOf(verification, ['otp_verify', 'otp_expire', 'otp_inbound']),
    timelines.findSuccession(verification),
  ]);
  const end = findEnd(verification, { activities, successionAt }, now());
  const around = await timelines.listActivitiesAbout({
    accountId: verification.accountId,
    phoneNumbers: [verification.phoneNumber, sendGroupOf(verification.phoneNumber)],
    actions: ['limit_hit', 'otp_unlock'],
    from: addSeconds(verification.createdAt, -BEFORE_SECONDS),
    to: verification.verifiedAt ?? end?.at ?? verification.expiresAt,
  });
  const attempts = activities.filter(({ action }) => action === 'otp_verify');
  const messages = activities.filter(({ action }) => action === 'otp_inbound');
  const events = toEvents({ verification, deliveries, attempts, messages, around, end });
  const status = end ? 'expired' : verification.status;
  return { verification, status, events };
}

/** When and why an unverified verification ended, whether or not the cleanup job has updated its row. */
function findEnd(
  verification: LoggedVerification,
  { activities, successionAt }: Traces,
  now: Date,
): { readonly at: Date; readonly details: TimelineDetail } | undefined {
  const { status, expiresAt, updatedAt } = verification;
  if (status === 'sent' && expiresAt <= now) return { at: expiresAt, details: 'timed_out' };
  if (status !== 'expired') return undefined;
  if (updatedAt >= expiresAt) return { at: expiresAt, details: 'timed_out' };
  return { at: updatedAt, details: explainEnd(updatedAt, { activities, successionAt }) };
}

function explainEnd(endedAt: Date, { activities, successionAt }: Traces): TimelineDetail {
  if (successionAt?.getTime() === endedAt.getTime()) return 'superseded';
  const isAsked = activities.some(
    ({ action, details }) => action === 'otp_expire' && details === undefined,
  );
  return isAsked ? 'canceled_by_caller' : 'ended_early';
}

function isVisible(caller: Caller, verification: LoggedVerification): boolean {
  const isOwn = caller.seesAllAccounts || verification.accountId === caller.accountId;
  // A test key sees test numbers only.
  const isReached = caller.mode === 'live' || verification.channel === TEST_CHANNEL;
  return isOwn && isReached && isPermitted(caller.restrictions, verification);
}
