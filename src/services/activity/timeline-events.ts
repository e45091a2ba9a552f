import type { LoggedActivity, LoggedVerification } from '../../storage/activity/log-row.ts';
import type { LoggedDelivery } from '../../storage/delivery/delivery-row.ts';

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
] as const;
type EventKind = (typeof eventKinds)[number];

/** One thing that happened to a verification. What is undefined does not belong to its kind. */
export type TimelineEvent = {
  readonly at: Date;
  readonly kind: EventKind;
  readonly channel?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Why a channel did not take the message, from the closed list. */
  readonly reason?: string | undefined;
  /** What became of a guess that was not right. */
  readonly outcome?: string | undefined;
  /** The limit that refused. */
  readonly limit?: string | undefined;
  /** For people. */
  readonly details?: string | undefined;
};

/** How a verification ended without being verified. */
type End = { readonly at: Date; readonly details: string };

type Record = {
  readonly verification: LoggedVerification;
  readonly deliveries: readonly LoggedDelivery[];
  /** Guesses at it. */
  readonly guesses: readonly LoggedActivity[];
  /** Limits that its number hit, and locks of it that were lifted. */
  readonly around: readonly LoggedActivity[];
  readonly end: End | undefined;
};

/** As services/verification/tell-verification.ts has it put on record. */
const WRONG = 'wrong passcode';

const eventOfAction = { limit_hit: 'limit', otp_unlock: 'unlocked' } as const;

/** The events of a verification in the order in which they happened. */
export function toEvents({
  verification,
  deliveries,
  guesses,
  around,
  end,
}: Record): readonly TimelineEvent[] {
  const { createdAt, verifiedAt } = verification;
  const events: TimelineEvent[] = [
    { at: createdAt, kind: 'requested' },
    ...deliveries.flatMap(toDeliveryEvents),
    ...toGuesses(verification, guesses),
    ...around.map(toAroundEvent),
    ...(verifiedAt ? [{ at: verifiedAt, kind: 'verified' as const }] : []),
    ...(end ? [{ ...end, kind: 'expired' as const }] : []),
  ];
  // Of the same moment they stay in this order.
  return events.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function toDeliveryEvents(delivery: LoggedDelivery): TimelineEvent[] {
  const { channel, sessionId, reason, details } = delivery;
  const way = { channel, sessionId };
  const at = (time: Date | undefined, event: Omit<TimelineEvent, 'at'>) =>
    time === undefined ? [] : [{ at: time, ...event }];
  return [
    { at: delivery.createdAt, kind: 'attempt', ...way },
    ...at(delivery.acceptedAt, { kind: 'accepted', ...way, details }),
    ...at(delivery.failedAt, { kind: 'failed', ...way, reason, details }),
    ...at(delivery.deliveredAt, { kind: 'delivered', ...way }),
    ...at(delivery.readAt, { kind: 'read', ...way }),
  ];
}

/** The right guess is the `verified` event; of the wrong ones, the last that was allowed says so. */
function toGuesses(
  { attempts, maxAttempts, verifiedAt }: LoggedVerification,
  guesses: readonly LoggedActivity[],
): TimelineEvent[] {
  const isSpent = attempts >= maxAttempts && verifiedAt === undefined;
  const last = isSpent ? guesses.findLast(({ details }) => details === WRONG) : undefined;
  return guesses
    .filter(({ status }) => status !== 'success')
    .map((guess) => ({
      at: guess.createdAt,
      kind: 'guess',
      outcome: guess.details,
      ...(guess === last && { details: 'no guesses are left' }),
    }));
}

function toAroundEvent({ action, createdAt, details }: LoggedActivity): TimelineEvent {
  const kind = eventOfAction[action as keyof typeof eventOfAction];
  return { at: createdAt, kind, ...(kind === 'limit' ? { limit: details } : { details }) };
}
