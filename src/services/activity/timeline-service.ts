import type { Caller } from '../../domain/access/caller.ts';
import { isWithinReach } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import { numberPrefix } from '../../domain/phone-number/phone-number.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { LoggedActivity, LoggedChallenge } from '../../storage/activity/log-row.ts';
import type { LogStore } from '../../storage/activity/log-store.ts';
import type { TimelineStore } from '../../storage/activity/timeline-store.ts';
import { eventKinds, type TimelineEvent, toEvents } from './timeline-events.ts';

export { eventKinds, type TimelineEvent };

type Dependencies = {
  readonly timelines: TimelineStore;
  readonly logs: Pick<LogStore, 'listDeliveries'>;
  readonly now: Clock;
};

/** What became of one passcode, and why. */
export type Timeline = {
  readonly challenge: LoggedChallenge;
  readonly status: LoggedChallenge['status'];
  readonly events: readonly TimelineEvent[];
};

export type TimelineService = ReturnType<typeof createTimelineService>;

/** A limit that was hit so long before the request may tell why there was none before it. */
const BEFORE_SECONDS = 600;

const TIME_OVER = 'its time was over';

export function createTimelineService({ timelines, logs, now }: Dependencies) {
  /**
   * Everything that is on record of a challenge, in its order.
   * @throws {AppError} `not_found` for an unknown one, another account's, and one that the caller's key
   * is not for.
   */
  async function readTimeline(caller: Caller, verificationId: string): Promise<Timeline> {
    const challenge = await timelines.findChallenge(verificationId);
    if (!challenge || !isVisible(caller, challenge)) {
      throw new AppError('not_found', 'There is no verification with this id');
    }
    const [deliveries, activities, successionAt] = await Promise.all([
      logs.listDeliveries([verificationId]),
      timelines.listActivitiesOf(verificationId, ['otp_verify', 'otp_expire']),
      timelines.findSuccession(challenge),
    ]);
    const end = findEnd(challenge, { activities, successionAt });
    const around = await timelines.listActivitiesAbout({
      accountId: challenge.accountId,
      phoneNumbers: [challenge.phoneNumber, numberPrefix(challenge.phoneNumber)],
      actions: ['limit_hit', 'otp_unlock'],
      from: addSeconds(challenge.createdAt, -BEFORE_SECONDS),
      to: challenge.verifiedAt ?? end?.at ?? challenge.expiresAt,
    });
    const guesses = activities.filter(({ action }) => action === 'otp_verify');
    const events = toEvents({ challenge, deliveries, guesses, around, end });
    const status = end ? 'expired' : challenge.status;
    return { challenge, status, events };
  }

  /** When and why a challenge was over that nobody verified, whether or not the job has tidied it. */
  function findEnd(challenge: LoggedChallenge, { activities, successionAt }: Traces) {
    const { status, expiresAt, updatedAt } = challenge;
    if (status === 'sent' && expiresAt <= now()) return { at: expiresAt, details: TIME_OVER };
    if (status !== 'expired') return undefined;
    if (updatedAt >= expiresAt) return { at: expiresAt, details: TIME_OVER };
    return { at: updatedAt, details: explainEnd(updatedAt, { activities, successionAt }) };
  }

  return { readTimeline };
}

type Traces = {
  readonly activities: readonly LoggedActivity[];
  readonly successionAt: Date | undefined;
};

function explainEnd(endedAt: Date, { activities, successionAt }: Traces): string {
  if (successionAt?.getTime() === endedAt.getTime()) return 'another passcode took its place';
  const isAsked = activities.some(
    ({ action, details }) => action === 'otp_expire' && details === undefined,
  );
  return isAsked ? 'a caller ended it' : 'it was ended before its time';
}

function isVisible(caller: Caller, challenge: LoggedChallenge): boolean {
  const isOwn = caller.seesAllAccounts || challenge.accountId === caller.accountId;
  // A test key reaches test numbers and nobody else.
  const isReached = caller.mode === 'live' || challenge.channel === TEST_CHANNEL;
  return isOwn && isReached && isWithinReach(caller.reach, challenge);
}
