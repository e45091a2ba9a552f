import type { Caller } from '../../domain/caller.ts';
import type { Standing } from '../../domain/limit.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Activity, ActivityStore } from '../../storage/activity-store.ts';

type Dependencies = {
  readonly activities: ActivityStore;
  readonly logger: Logger;
  readonly now: Clock;
};

export type ActivityService = ReturnType<typeof createActivityService>;

/** How many refused subjects are remembered, so that a flood of refusals writes one row, not a flood. */
const REMEMBERED = 10_000;

export function createActivityService({ activities, logger, now }: Dependencies) {
  const noted = new Map<string, number>();

  /** Records what somebody did. @throws when the row could not be written. */
  function record(caller: Caller, activity: Omit<Activity, keyof Caller>): Promise<void> {
    const { accountId, ipAddress, userAgent } = caller;
    return activities.record(
      { accountId, ipAddress, ...(userAgent && { userAgent }), ...activity },
      now(),
    );
  }

  /** Records what happened by itself; nobody waits for it, and a row that cannot be written is lost. */
  function note(activity: Activity): void {
    activities
      .record(activity, now())
      .catch((err: unknown) => logger.error({ err }, 'activity row lost'));
  }

  /** Records that a limit refused a subject: once a window, and without making the caller wait. */
  function noteLimitHit(caller: Caller, { limit, subject, resetSeconds }: Standing) {
    const at = now().getTime();
    const key = `${caller.accountId}|${limit.name}|${subject}`;
    if ((noted.get(key) ?? 0) > at) return;
    if (noted.size >= REMEMBERED) noted.clear();
    noted.set(key, at + (resetSeconds ?? 86_400) * 1000);
    record(caller, {
      action: 'limit_hit',
      status: 'error',
      ...(subject.startsWith('+') && { phoneNumber: subject.split('|', 1)[0] ?? subject }),
      details: limit.name,
    }).catch((err: unknown) => logger.error({ err }, 'activity row lost'));
  }

  return { record, note, noteLimitHit };
}
