import { DEFAULT_ACCOUNT_ID, type RequestOrigin } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import type { Metrics } from '../../operations/metrics-service.ts';

type ClientInfo = Omit<RequestOrigin, 'accountId'>;

type Dependencies = {
  /** Wrong keys per minute and address; 0 means no limit. */
  readonly most: number;
  readonly activity: Pick<ActivityService, 'log'>;
  readonly metrics: Pick<Metrics, 'wrongCredentials'>;
};

export type NoteWrongKey = (from: ClientInfo) => void;

const WINDOW_MS = 60_000;

/** The least recently seen address is dropped first. */
const MOST_ADDRESSES = 10_000;

/** Log rows per window over all addresses, so that a botnet cannot fill the log. */
const MOST_ROWS = 100;

type Window = { readonly endsAt: number; wrong: number };

/**
 * Counts wrong keys by address, on this node and by the monotonic clock. It is called only for wrong
 * keys, so that a valid key is never refused because of others at the same address.
 */
export function createWrongKeys({ most, activity, metrics }: Dependencies): NoteWrongKey {
  const windows = createRecentEntries<Window>({ most: MOST_ADDRESSES });
  let rows: Window = { endsAt: 0, wrong: 0 };

  function windowOf(ipAddress: string, at: number): Window {
    const present = windows.get(ipAddress);
    if (present && present.endsAt > at) return present;
    const next = { endsAt: at + WINDOW_MS, wrong: 0 };
    windows.set(ipAddress, next);
    return next;
  }

  function logLimit(from: ClientInfo, at: number): void {
    if (rows.endsAt <= at) rows = { endsAt: at + WINDOW_MS, wrong: 0 };
    rows.wrong += 1;
    if (rows.wrong > MOST_ROWS) return;
    activity.log(
      { ...from, accountId: DEFAULT_ACCOUNT_ID },
      { action: 'access_denied', status: 'error', details: 'too_many_wrong_keys' },
    );
  }

  /** @throws {AppError} `rate_limited` after too many wrong keys from an address. */
  return function noteWrongKey(from) {
    const at = performance.now();
    const window = windowOf(from.ipAddress, at);
    window.wrong += 1;
    const isOver = most > 0 && window.wrong > most;
    metrics.wrongCredentials.inc({ outcome: isOver ? 'limited' : 'refused' });
    if (!isOver) return;
    if (window.wrong === most + 1) logLimit(from, at);
    throw new AppError(
      'rate_limited',
      'Too many invalid keys from this address. Wait and try again.',
      {
        retryAfterSeconds: Math.max(1, Math.ceil((window.endsAt - at) / 1000)),
      },
    );
  };
}
