/** The facts that decide when an event is sent to an endpoint again, or whether it is. */
export type RetryFacts = {
  readonly type: string;
  readonly occurredAt: Date;
  /** How many attempts were made; 0 before the first. */
  readonly attempts: number;
  /** What the endpoint asked for in its last response (`Retry-After`). */
  readonly retryAfterSeconds?: number | undefined;
  /** Fewer attempts than the schedule has, as set for the endpoint. */
  readonly maxAttempts?: number | undefined;
};

/** The moment, and the source of the jitter: a number in `[0, 1)`. */
export type RetryContext = { readonly now: Date; readonly random: () => number };

/** When the next attempt is due, or why there is none. */
export type NextAttempt =
  | { readonly kind: 'due'; readonly at: Date }
  | { readonly kind: 'dropped'; readonly reason: 'exhausted' | 'too_late' };

const MINUTE = 60;
const HOUR = 3600;

/** Seconds before each attempt, counted from the previous one: the example of Standard Webhooks, 75 hours in all. */
const DELAYS_SECONDS = [
  ...[0, 5, 5 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
] as const;

/** A receipt is of no use a day later, when the code that it is about has long expired. */
const SHORT_ATTEMPTS = 6;
const SHORT_LIFE_SECONDS = 24 * HOUR;

/** An endpoint cannot postpone an event for longer. */
const LONGEST_RETRY_AFTER_SECONDS = 24 * HOUR;

/** Each delay is up to this much shorter or longer, so that events that failed together are not repeated together. */
const JITTER = 0.1;

/** How many attempts an event of this type gets at most. */
export function mostAttempts(type: string): number {
  return isShortLived(type) ? SHORT_ATTEMPTS : DELAYS_SECONDS.length;
}

/** Whether an event has become useless. Check it before each attempt too: a node may have been down. */
export function isTooLate(type: string, occurredAt: Date, at: Date): boolean {
  return isShortLived(type) && at.getTime() - occurredAt.getTime() > SHORT_LIFE_SECONDS * 1000;
}

/**
 * Plans the attempt that follows `attempts` failed ones: by the schedule, and never before the endpoint's
 * `Retry-After` has passed.
 */
export function planNextAttempt(facts: RetryFacts, { now, random }: RetryContext): NextAttempt {
  const { type, occurredAt, attempts, maxAttempts = Number.POSITIVE_INFINITY } = facts;
  const delaySeconds = DELAYS_SECONDS[attempts];
  if (delaySeconds === undefined || attempts >= Math.min(mostAttempts(type), maxAttempts)) {
    return { kind: 'dropped', reason: 'exhausted' };
  }
  const scheduled = delaySeconds * (1 + JITTER * (2 * random() - 1));
  const waitSeconds = Math.max(scheduled, secondsToHeed(facts, random));
  const at = new Date(now.getTime() + Math.round(waitSeconds * 1000));
  return isTooLate(type, occurredAt, at)
    ? { kind: 'dropped', reason: 'too_late' }
    : { kind: 'due', at };
}

/** The jitter here only adds, so that no attempt comes before the time that the endpoint asked for. */
function secondsToHeed({ retryAfterSeconds = 0 }: RetryFacts, random: () => number): number {
  return Math.min(retryAfterSeconds * (1 + JITTER * random()), LONGEST_RETRY_AFTER_SECONDS);
}

function isShortLived(type: string): boolean {
  return type.startsWith('delivery.');
}
