import type { CallId, RequestOrigin } from '../../domain/access/caller.ts';
import type { ActivityAction } from '../../domain/activity.ts';
import type { Activity, DatedActivity } from '../../storage/activity/activity-store.ts';
import { type NewActivity, toActivity } from './to-activity.ts';

/** What is logged about a call when it has ended. */
export type EndedCall = Pick<
  NewActivity,
  'status' | 'sessionId' | 'phoneNumber' | 'messageId' | 'verificationId' | 'errorMessage'
> & {
  readonly origin: RequestOrigin;
  /** The method and the pattern of the path, such as `POST /api/otp/send`. */
  readonly route: string;
  /** Some fields of the request. */
  readonly request: Readonly<Record<string, unknown>>;
  /** JSON of some fields of the response. */
  readonly responseData: string;
  /** Whole milliseconds. */
  readonly duration: number;
};

/** The actions that are what their call is about, so that both are one row. */
const MAIN_ACTIONS: ReadonlySet<ActivityAction> = new Set([
  ...(['otp_send', 'otp_verify', 'otp_expire', 'otp_relay'] as const),
]);

/**
 * Holds the row of a call's main action until the call has ended, so that it also has the duration, the
 * request and the response. `add` gets each row once, whether or not the end of the call is logged.
 */
export function createOpenCalls(add: (dated: DatedActivity) => void) {
  const rows = new Map<CallId, DatedActivity | undefined>();

  /** Opens a call. Each one must be ended. */
  function open(): CallId {
    const call = Symbol('call');
    rows.set(call, undefined);
    return call;
  }

  /** Adds a row, or holds it if it is about the main action of a call in progress. */
  function addOrHold(dated: DatedActivity, call: CallId | undefined): void {
    if (call === undefined || !rows.has(call) || !MAIN_ACTIONS.has(dated.activity.action)) {
      add(dated);
      return;
    }
    release(call);
    rows.set(call, dated);
  }

  /**
   * Ends a call, and adds its row: the one that is held, with `ended` in it. There are two rows only if the
   * action and the call ended differently, as when a code was sent but the response failed.
   */
  function end(call: CallId, at: Date, ended: EndedCall | undefined): void {
    const held = rows.get(call);
    rows.delete(call);
    if (held && ended && held.activity.status === ended.status) {
      add({ ...held, activity: complete(held.activity, ended) });
      return;
    }
    if (held) add(held);
    if (ended) add({ activity: toOwnActivity(ended), at });
  }

  /** Adds what is held, without waiting for the end of the calls. */
  function releaseAll(): void {
    for (const call of rows.keys()) release(call);
  }

  function release(call: CallId): void {
    const held = rows.get(call);
    if (!held) return;
    rows.set(call, undefined);
    add(held);
  }

  return { open, addOrHold, end, releaseAll };
}

/** The activity of a call that has no other row. */
function toOwnActivity({ origin, route, request, ...call }: EndedCall): Activity {
  return toActivity(origin, {
    ...{ ...call, action: 'api_call', details: route },
    ...(Object.keys(request).length > 0 && { requestData: JSON.stringify(request) }),
  });
}

/** The activity of a main action with its call. What the action says about its subject is more precise. */
function complete(action: Activity, { origin, route, request, ...call }: EndedCall): Activity {
  const callerIp = origin.ipAddress === action.ipAddress ? undefined : origin.ipAddress;
  const requestData = JSON.stringify({ route, callerIp, ...request });
  return { ...call, ...action, requestData };
}
