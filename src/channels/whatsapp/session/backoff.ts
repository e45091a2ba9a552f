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
  /** Connects with the credentials on record. */
  readonly start: (state?: 'connecting' | 'linking') => Promise<void>;
  readonly now: Clock;
  readonly random: () => number;
  readonly logger: Logger;
};

/** Why a connection ended. */
export type Why = Pick<DisconnectReason, 'reason' | 'errorMessage'>;

/** In words, for the operator. */
export function toWords({ reason, errorMessage }: Why): string | undefined {
  return explainSessionReason({ reason, errorMessage });
}

/** After so many restarts without being open once, a restart is treated as a failure. */
const MOST_RESTARTS = 3;

/** How many failures in a row are worth an alarm in the log. */
const ALARM_AT = 5;

/** Brings a session back whose connection ended: at once where WhatsApp asks for it, else after a wait that grows. */
export function createBackoff({ sessionId, sessionState, timing, start, ...options }: Options) {
  const { transition, snapshot } = sessionState;
  const { now, random, logger } = options;
  let restarts = 0;
  let retryTimer: NodeJS.Timeout | undefined;
  let stableTimer: NodeJS.Timeout | undefined;

  /** Connects again without a wait, unless that did not help a few times before. */
  async function restart(why: Why, state: 'connecting' | 'linking'): Promise<void> {
    restarts += 1;
    return restarts > MOST_RESTARTS ? retry(why) : start(state);
  }

  function retry(why: Why): void {
    const attempt = snapshot().attempt + 1;
    const waitMs = backoffMs(attempt, timing, random);
    transition('backoff', { ...why, attempt, nextTryAt: new Date(now().getTime() + waitMs) });
    if (attempt % ALARM_AT === 0) {
      logger.error({ sessionId, ...why, attempt }, `a session does not come back: ${toWords(why)}`);
    }
    retryTimer = setTimeout(() => void start(), waitMs);
    retryTimer.unref();
  }

  /** The connection is open: the failures before it are forgotten once it has lasted. */
  function onOpen(): void {
    restarts = 0;
    stableTimer = setTimeout(() => {
      if (snapshot().attempt > 0) transition('open', { attempt: 0 });
    }, timing.stableMs);
    stableTimer.unref();
  }

  /** Ends what waits, because the session is connected or let go now. */
  function cancel(): void {
    clearTimeout(retryTimer);
    clearTimeout(stableTimer);
  }

  return { restart, retry, onOpen, cancel };
}
