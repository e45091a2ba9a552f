import { explainSessionReason } from '../../../domain/whatsapp/session-reason.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { DisconnectReason } from '../protocol/disconnect-reason.ts';
import { backoffMs, type Timing } from '../protocol/timing.ts';
import type { Progress } from './session-state.ts';

type Options = {
  readonly sessionId: string;
  readonly sessionState: Progress;
  readonly timing: Timing;
  /** Connects with the stored credentials. */
  readonly start: (state?: 'connecting' | 'linking') => Promise<void>;
  readonly now: Clock;
  readonly random: () => number;
  readonly logger: Logger;
};

/** Why a connection ended. */
export type Why = Pick<DisconnectReason, 'reason' | 'errorMessage'>;

/** Explains the end of a connection to the operator. */
export function toWords({ reason, errorMessage }: Why): string | undefined {
  return explainSessionReason({ reason, errorMessage });
}

/** After this many restarts without an open connection, a restart is treated as a failure. */
const MOST_RESTARTS = 3;

/** After how many consecutive failures an error is logged. */
const ALARM_AT = 5;

/** Reconnects a session: immediately if WhatsApp asks for it, otherwise after a growing wait. */
export function createBackoff({ sessionId, sessionState, timing, start, ...options }: Options) {
  const { transition, snapshot } = sessionState;
  const { now, random, logger } = options;
  let restarts = 0;
  let retryTimer: NodeJS.Timeout | undefined;
  let stableTimer: NodeJS.Timeout | undefined;

  /** Reconnects without a wait, unless that has failed several times. */
  async function restart(why: Why, state: 'connecting' | 'linking'): Promise<void> {
    restarts += 1;
    return restarts > MOST_RESTARTS ? retry(why) : start(state);
  }

  function retry(why: Why): void {
    const attempt = snapshot().attempt + 1;
    const waitMs = backoffMs(attempt, timing, random);
    transition('backoff', { ...why, attempt, nextTryAt: new Date(now().getTime() + waitMs) });
    if (attempt % ALARM_AT === 0) {
      logger.error(
        { sessionId, ...why, attempt },
        `could not reconnect a session: ${toWords(why)}`,
      );
    }
    retryTimer = setTimeout(() => void start(), waitMs);
    retryTimer.unref();
  }

  /** Handles an open connection. Once it has lasted, the count of failures is reset. */
  function onOpen(): void {
    restarts = 0;
    stableTimer = setTimeout(() => {
      if (snapshot().attempt > 0) transition('open', { attempt: 0 });
    }, timing.stableMs);
    stableTimer.unref();
  }

  /** Cancels the timers, because the session is connected or released. */
  function cancel(): void {
    clearTimeout(retryTimer);
    clearTimeout(stableTimer);
  }

  return { restart, retry, onOpen, cancel };
}
