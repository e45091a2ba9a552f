import type { Caller } from '../../domain/access/caller.ts';
import { isPermitted } from '../../domain/access/key-restrictions.ts';
import { type DeliveryKind, TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import { sendGroupOf } from '../../domain/recipient.ts';
import type { TimelineDetail } from '../../domain/verification/attempt-failure.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { LoggedActivity, LoggedVerification } from '../../storage/activity/log-entry.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { TimelineStore } from '../../storage/activity/timeline-store.ts';
import { eventKinds, type TimelineEvent, toEvents, toRelayEvents } from './timeline-events.ts';

export { eventKinds, type TimelineEvent };

/** What reading timelines needs. Built once, by the composition root. */
export type TimelineContext = {
  readonly timelines: TimelineStore;
  readonly logs: Pick<LogStore, 'listDeliveries'>;
  readonly now: Clock;
};

/** What happened to a code, and why. */
export type Timeline = {
  /** `relayed`: another server owns the code, so that it is not known what became of it. */
  readonly kind: DeliveryKind;
  readonly verification: TimedCode;
  readonly status: LoggedVerification['status'];
  readonly events: readonly TimelineEvent[];
};

/** What a timeline says about its code. */
type TimedCode = Pick<
  LoggedVerification,
  'accountId' | 'phoneNumber' | 'purpose' | 'channel' | 'sessionId' | 'createdAt' | 'expiresAt'
> &
  Partial<Pick<LoggedVerification, 'method' | 'region' | 'attempts' | 'maxAttempts'>>;

/** Limits that were hit this long before the request may explain why no earlier one succeeded. */
const BEFORE_SECONDS = 600;

/** What a message of which no session is known names. */
const NO_SESSION = 'default';

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
  ctx: TimelineContext,
  caller: Caller,
  verificationId: string,
): Promise<Timeline> {
  const { timelines, logs, now } = ctx;
  const verification = await timelines.findVerification(verificationId);
  if (!verification) return readRelayed(ctx, caller, verificationId);
  if (!isVisible(caller, verification)) throw noSuchCode();
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
  return { kind: 'code', verification, status, events };
}

/** Reads the events of a message whose code another server owns. @throws {AppError} `not_found` */
async function readRelayed(
  { timelines, logs }: TimelineContext,
  caller: Caller,
  relayId: string,
): Promise<Timeline> {
  const relay = await timelines.findRelayed(relayId);
  if (!relay || !isVisible(caller, { ...relay, sessionId: undefined })) throw noSuchCode();
  const [deliveries, around] = await Promise.all([
    logs.listDeliveries([relayId]),
    timelines.listActivitiesAbout({
      accountId: relay.accountId,
      phoneNumbers: [relay.phoneNumber, sendGroupOf(relay.phoneNumber)],
      actions: ['limit_hit'],
      from: addSeconds(relay.createdAt, -BEFORE_SECONDS),
      to: relay.updatedAt,
    }),
  ]);
  const events = toRelayEvents({ requestedAt: relay.createdAt, deliveries, around });
  const isUnsent = relay.status === 'failed' || relay.status === 'refused';
  const sessionId = deliveries.at(-1)?.sessionId ?? toSessionId(relay.accountId, NO_SESSION);
  const verification = { ...relay, sessionId };
  return { kind: 'relayed', verification, status: isUnsent ? 'failed' : 'sent', events };
}

function noSuchCode(): AppError {
  return new AppError('not_found', 'No such verification');
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

function isVisible(
  caller: Caller,
  verification: Omit<TimedCode, 'sessionId'> & { readonly sessionId: string | undefined },
): boolean {
  const isOwn = caller.seesAllAccounts || verification.accountId === caller.accountId;
  // A test key sees test numbers only.
  const isReached = caller.mode === 'live' || verification.channel === TEST_CHANNEL;
  return isOwn && isReached && isPermitted(caller.restrictions, verification);
}
