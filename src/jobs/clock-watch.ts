import type { Clock } from '../lib/time/clock.ts';

const LOOK_MS = 1000;

/** A smaller step needs no reaction: everything waits that much longer. */
const LEAST_STEP_MS = 2000;

/**
 * Calls `onSetBack` when the clock was set back. What waits for a time that was planned before would otherwise stand
 * still for as long as the clock was ahead. The returned function ends the watch.
 */
export function watchClock(now: Clock, onSetBack: () => void): () => void {
  let latest = now().getTime();
  const timer = setInterval(() => {
    const present = now().getTime();
    if (present < latest - LEAST_STEP_MS) onSetBack();
    latest = present;
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
