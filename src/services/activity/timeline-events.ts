import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import {
  type AttemptFailure,
  findAttemptFailure,
  type TimelineDetail,
} from '../../domain/verification/attempt-failure.ts';
import { findInboundOutcome, type InboundOutcome } from '../../domain/verification/inbound.ts';
import type {
  LoggedActivity,
  LoggedDelivery,
  LoggedVerification,
} from '../../storage/activity/log-entry.ts';

export const eventKinds = [
  'requested',
  'attempt',
  'accepted',
  'failed',
  'delivered',
  'read',
  'guess',
  'verified',
  'expired',
  'limit',
  'unlocked',
  'message',
] as const;
type EventKind = (typeof eventKinds)[number];

/** An event of a verification. Fields that its kind does not have are undefined. */
export type TimelineEvent = {
  readonly at: Date;
  readonly kind: EventKind;
  readonly channel?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Why a channel did not take the message. */
  readonly reason?: DeliveryFailureReason | undefined;
  /** Why an attempt failed, or what a message of the person led to. */
  readonly outcome?: AttemptFailure | InboundOutcome | undefined;
  /** The limit that refused the request. */
  readonly limit?: string | undefined;
  /** How the code ended, or that an attempt was the last. */
  readonly details?: TimelineDetail | undefined;
  /** Who unlocked the number. */
  readonly by?: string | undefined;
  /** The channel's message, for people. */
  readonly note?: string | undefined;
};

/** How a verification ended without being verified. */
type End = { readonly at: Date; readonly details: TimelineDetail };

type Record = {
  readonly verification: LoggedVerification;
  readonly deliveries: readonly LoggedDelivery[];
  readonly attempts: readonly LoggedActivity[];
  /** Messages with the token of the verification. */
  readonly messages: readonly LoggedActivity[];
  /** Limits that its number hit, and unlocks. */
  readonly around: readonly LoggedActivity[];
  readonly end: End | undefined;
};

const eventOfAction = { limit_hit: 'limit', otp_unlock: 'unlocked' } as const;

/** The events of a verification in chronological order. */
export function toEvents({
  verification,
  deliveries,
  attempts,
  messages,
  around,
  end,
}: Record): readonly TimelineEvent[] {
  const { createdAt, verifiedAt } = verification;
  const events: TimelineEvent[] = [
    { at: createdAt, kind: 'requested' },
    ...deliveries.flatMap(toDeliveryEvents),
    ...messages.map(toMessage),
    ...toAttempts(verification, attempts),
    ...around.map(toAroundEvent),
    ...(verifiedAt ? [{ at: verifiedAt, kind: 'verified' as const }] : []),
    ...(end ? [{ ...end, kind: 'expired' as const }] : []),
  ];
  // The sort is stable: events at the same time stay in this order.
  return events.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The events of a message whose code another server owns, in chronological order. */
export function toRelayEvents({
  requestedAt,
  deliveries,
  around,
}: Pick<Record, 'deliveries' | 'around'> & {
  readonly requestedAt: Date;
}): readonly TimelineEvent[] {
  const events: TimelineEvent[] = [
    { at: requestedAt, kind: 'requested' },
    ...deliveries.flatMap(toDeliveryEvents),
    ...around.map(toAroundEvent),
  ];
  return events.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function toDeliveryEvents(delivery: LoggedDelivery): TimelineEvent[] {
  const { channel, sessionId, reason, details: note } = delivery;
  const way = { channel, sessionId };
  const at = (time: Date | undefined, event: Omit<TimelineEvent, 'at'>) =>
    time === undefined ? [] : [{ at: time, ...event }];
  return [
    { at: delivery.createdAt, kind: 'attempt', ...way },
    ...at(delivery.acceptedAt, { kind: 'accepted', ...way, note }),
    ...at(delivery.failedAt, { kind: 'failed', ...way, reason, note }),
    ...at(delivery.deliveredAt, { kind: 'delivered', ...way }),
    ...at(delivery.readAt, { kind: 'read', ...way }),
  ];
}

/** Failed attempts; a correct code is the `verified` event. The last allowed attempt is marked. */
function toAttempts(
  { attempts, maxAttempts, verifiedAt }: LoggedVerification,
  activities: readonly LoggedActivity[],
): TimelineEvent[] {
  const failed = activities.filter(({ status }) => status !== 'success').map(toFailedAttempt);
  const isSpent = attempts >= maxAttempts && verifiedAt === undefined;
  const last = isSpent ? failed.findLast(({ outcome }) => outcome === 'wrong_code') : undefined;
  return failed.map((attempt) =>
    attempt === last ? { ...attempt, details: 'no_attempts_left' } : attempt,
  );
}

/** An unknown text, from another version of this program, is shown unchanged. */
function toFailedAttempt({ createdAt, details }: LoggedActivity): TimelineEvent {
  const outcome = findAttemptFailure(details);
  return { at: createdAt, kind: 'guess', outcome, ...(outcome === undefined && { note: details }) };
}

function toMessage({ createdAt, details }: LoggedActivity): TimelineEvent {
  const outcome = findInboundOutcome(details);
  return { at: createdAt, kind: 'message', outcome, ...(outcome ? {} : { note: details }) };
}

function toAroundEvent({ action, createdAt, details }: LoggedActivity): TimelineEvent {
  const kind = eventOfAction[action as keyof typeof eventOfAction];
  return { at: createdAt, kind, ...(kind === 'limit' ? { limit: details } : { by: details }) };
}
