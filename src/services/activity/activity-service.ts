import {
  type Caller,
  type CallId,
  formatCaller,
  formatPrincipal,
  type RequestOrigin,
} from '../../domain/access/caller.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { findRecipient } from '../../domain/recipient.ts';
import type { Logger } from '../../lib/logger.ts';
import { createRecentEntries } from '../../lib/recent-entries.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { Activity, ActivityStore } from '../../storage/activity/activity-store.ts';
import type { Step } from '../../storage/statement.ts';
import { createActivityRecorder } from './activity-recorder.ts';
import { createOpenCalls, type EndedCall } from './open-calls.ts';
import { type NewActivity, toActivity } from './to-activity.ts';

type Dependencies = {
  readonly activities: ActivityStore;
  readonly logger: Logger;
  readonly now: Clock;
};

export type ActivityService = ReturnType<typeof createActivityService>;

/** How many refused subjects are remembered, so that a flood of refusals does not become a flood of rows. */
const REMEMBERED = 10_000;

/** How often the same action of a caller is noted at most. */
const QUIET_SECONDS = 600;

export function createActivityService({ activities, logger, now }: Dependencies) {
  const noted = createRecentEntries<number>({ most: REMEMBERED });
  const recorder = createActivityRecorder({ activities, logger });
  const calls = createOpenCalls(recorder.add);

  /** Records an action of a caller. @throws when the row could not be written. */
  function audit(origin: RequestOrigin, activity: NewActivity): Promise<void> {
    return activities.record(toActivity(origin, activity), now());
  }

  /** The same as a step, for a store that writes a change and its record in one transaction. */
  function auditStep(origin: RequestOrigin, activity: NewActivity): Step {
    return activities.toStep(toActivity(origin, activity), now());
  }

  /** Records an event without a caller, in the background. A row that cannot be written is lost. */
  function logSystem(activity: Activity): void {
    activities
      .record(activity, now())
      .catch((err: unknown) => logger.error({ err }, 'activity row lost'));
  }

  /**
   * Records an action of a caller in the background, within a second. For actions that need no audit: a
   * crash loses the row. The main action of a call is one row with it, which is written when the call ends.
   */
  function log(origin: RequestOrigin, activity: NewActivity): void {
    calls.addOrHold({ activity: toActivity(origin, activity), at: now() }, origin.call);
  }

  /** Ends a call that `openCall` opened. Without `ended`, nothing is logged about the call itself. */
  function endCall(call: CallId, ended?: EndedCall): void {
    calls.end(call, now(), ended);
  }

  /** Records in the background that a limit refused a subject, once per window. */
  function noteLimitHit(
    origin: RequestOrigin,
    { limit, subject, resetSeconds }: RateLimitStatus,
  ): void {
    const key = `${origin.accountId}|${limit.name}|${subject}`;
    if (!isNew(key, resetSeconds ?? 86_400)) return;
    const recipient = findRecipient(subject);
    auditInBackground(origin, {
      action: 'limit_hit',
      status: 'error',
      ...(recipient !== undefined && { phoneNumber: recipient }),
      details: limit.name,
    });
  }

  /** Records that a caller lacked permission, at most every ten minutes for each route. */
  function noteForbidden(caller: Caller, route: string): void {
    if (!isNewsOf(caller, route)) return;
    const details = `${formatPrincipal(caller.principal)}: ${route}`;
    auditInBackground(caller, { action: 'access_denied', status: 'error', details });
  }

  /** Whether a caller has not done this within the last ten minutes. For frequent actions. */
  function isNewsOf(caller: Caller, what: string): boolean {
    return isNew(`${formatCaller(caller)}|${what}`, QUIET_SECONDS);
  }

  function auditInBackground(origin: RequestOrigin, activity: NewActivity): void {
    audit(origin, activity).catch((err: unknown) => logger.error({ err }, 'activity row lost'));
  }

  /** Whether this was not noted within the last `seconds`. */
  function isNew(key: string, seconds: number): boolean {
    const at = now().getTime();
    if ((noted.get(key) ?? 0) > at) return false;
    noted.set(key, at + seconds * 1000);
    return true;
  }

  /** Writes what was logged so far, also by calls in progress. */
  function flush(): Promise<void> {
    calls.releaseAll();
    return recorder.flush();
  }

  function close(): Promise<void> {
    calls.releaseAll();
    return recorder.close();
  }

  return {
    ...{ audit, auditStep, logSystem, log, openCall: calls.open, endCall },
    ...{ isNewsOf, noteLimitHit, noteForbidden, flush, close },
  };
}
