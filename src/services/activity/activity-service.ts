import { LRUCache } from 'lru-cache';
import {
  type Caller,
  formatCaller,
  formatPrincipal,
  type RequestOrigin,
} from '../../domain/access/caller.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { Activity, ActivityStore } from '../../storage/activity/activity-store.ts';
import type { Step } from '../../storage/statement.ts';
import { createActivityRecorder } from './activity-recorder.ts';

type Dependencies = {
  readonly activities: ActivityStore;
  readonly logger: Logger;
  readonly now: Clock;
};

export type ActivityService = ReturnType<typeof createActivityService>;

/** How many refused subjects are remembered, so that a flood of refusals writes one row, not a flood. */
const REMEMBERED = 10_000;

/** A caller that goes on asking the same, or for what it may not do, is noted so seldom. */
const QUIET_SECONDS = 600;

export function createActivityService({ activities, logger, now }: Dependencies) {
  const noted = new LRUCache<string, number>({ max: REMEMBERED });
  const recorder = createActivityRecorder({ activities, logger, now });

  /** Records what somebody did. @throws when the row could not be written. */
  function audit(
    origin: RequestOrigin,
    activity: Omit<Activity, keyof RequestOrigin>,
  ): Promise<void> {
    return activities.record(toActivity(origin, activity), now());
  }

  /** The same as a step, for a store that changes something and records it in one go. */
  function auditStep(origin: RequestOrigin, activity: Omit<Activity, keyof RequestOrigin>): Step {
    return activities.toStep(toActivity(origin, activity), now());
  }

  /** Records what happened by itself; nobody waits for it, and a row that cannot be written is lost. */
  function logSystem(activity: Activity): void {
    activities
      .record(activity, now())
      .catch((err: unknown) => logger.error({ err }, 'activity row lost'));
  }

  /**
   * Records what somebody did, within a second and without anybody waiting: for what is told of in
   * passing. A crash loses it.
   */
  function log(origin: RequestOrigin, activity: Omit<Activity, keyof RequestOrigin>): void {
    recorder.add(toActivity(origin, activity));
  }

  /** Records that a limit refused a subject: once a window, and without making the caller wait. */
  function noteLimitHit(
    origin: RequestOrigin,
    { limit, subject, resetSeconds }: RateLimitStatus,
  ): void {
    const key = `${origin.accountId}|${limit.name}|${subject}`;
    if (!isNews(key, resetSeconds ?? 86_400)) return;
    auditInBackground(origin, {
      action: 'limit_hit',
      status: 'error',
      ...(subject.startsWith('+') && { phoneNumber: subject.split('|', 1)[0] ?? subject }),
      details: limit.name,
    });
  }

  /** Records that a known caller asked for what it may not do: once in a while for each route. */
  function noteForbidden(caller: Caller, route: string): void {
    if (!isNewsOf(caller, route)) return;
    const details = `${formatPrincipal(caller.principal)}: ${route}`;
    auditInBackground(caller, { action: 'access_denied', status: 'error', details });
  }

  /** Whether a known caller has not done this within the last ten minutes, for what is done all the time. */
  function isNewsOf(caller: Caller, what: string): boolean {
    return isNews(`${formatCaller(caller)}|${what}`, QUIET_SECONDS);
  }

  function auditInBackground(
    origin: RequestOrigin,
    activity: Omit<Activity, keyof RequestOrigin>,
  ): void {
    audit(origin, activity).catch((err: unknown) => logger.error({ err }, 'activity row lost'));
  }

  /** Whether this was not noted within the last `seconds`. */
  function isNews(key: string, seconds: number): boolean {
    const at = now().getTime();
    if ((noted.get(key) ?? 0) > at) return false;
    noted.set(key, at + seconds * 1000);
    return true;
  }

  return {
    ...{ audit, auditStep, logSystem, log, isNewsOf, noteLimitHit, noteForbidden },
    ...{ flush: recorder.flush, close: recorder.close },
  };
}

function toActivity(
  origin: RequestOrigin,
  activity: Omit<Activity, keyof RequestOrigin>,
): Activity {
  const { accountId, ipAddress, userAgent } = origin;
  return { accountId, ipAddress, ...(userAgent && { userAgent }), ...activity };
}
