import type { RequestOrigin } from '../../domain/access/caller.ts';
import type { Activity } from '../../storage/activity/activity-store.ts';

/** What a caller did, without where the request came from. */
export type NewActivity = Omit<Activity, keyof RequestOrigin>;

/** The activity of a caller. */
export function toActivity(origin: RequestOrigin, activity: NewActivity): Activity {
  const { accountId, ipAddress, userAgent } = origin;
  return { accountId, ipAddress, ...(userAgent && { userAgent }), ...activity };
}
