import { COLLECTING } from '../support/resident-memory.ts';
import type { RunningServer } from '../support/server-keeper.ts';

/**
 * How far a step sets the clock of the service ahead. Everything that has a retention of a day is then due for pruning,
 * and after two steps, roll-ups are old enough to be summed up by day.
 */
const STEP_DAYS = 46;

/** The settings of a soak: with steps, the shortest retentions, and a clock that can be set ahead. */
export function toSettings(steps: number): Readonly<Record<string, string>> {
  if (steps === 0) return COLLECTING;
  const preload = new URL('../support/step-clock.mjs', import.meta.url).href;
  return {
    NODE_OPTIONS: `${COLLECTING.NODE_OPTIONS} --import=${preload}`,
    CLOCK_STEP_DAYS: String(STEP_DAYS),
    ACTIVITY_RETENTION_DAYS: '1',
    OTP_RETENTION_DAYS: '1',
    EVENT_RETENTION_DAYS: '1',
  };
}

/** Sets the clock of a server ahead. Its pruning, which runs once a day, begins within a minute. */
export function stepClock({ pid }: RunningServer): void {
  process.kill(pid, 'SIGWINCH');
}
