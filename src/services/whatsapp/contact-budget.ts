import type { Clock } from '../../lib/time/clock.ts';
import type { CounterStore } from '../../storage/limits/counter-store.ts';

type Dependencies = {
  readonly counters: CounterStore;
  /** 0: as many as you like. */
  readonly perDay: number;
  readonly now: Clock;
};

const DAY_MS = 86_400_000;

/**
 * How many people a number may write to in a day who did not know it before: so many at once, and as
 * many again over the day that follows.
 */
export function createContactBudget({ counters, perDay, now }: Dependencies) {
  const budgetOf = (sessionId: string) => ({
    key: `wa-new-contacts-day|${sessionId}`,
    burst: perDay,
    intervalMs: Math.ceil(DAY_MS / perDay),
    longestMs: DAY_MS + perDay,
  });

  /** Counts one new contact of a session, or none when the day's are used up; `why` tells the count. */
  async function consume(sessionId: string): Promise<{ isGranted: boolean; why: string }> {
    if (perDay === 0) return { isGranted: true, why: 'no daily budget is set' };
    const budget = budgetOf(sessionId);
    const at = now();
    const [counter] = (await counters.consumeAll({ hits: [budget] }, at)).counters;
    if (!counter) return { isGranted: false, why: `all ${perDay} of today are used up` };
    const used = Math.ceil((counter.resetsAt - at.getTime()) / budget.intervalMs);
    return { isGranted: true, why: `${used} of ${perDay} today` };
  }

  /** Takes one back, because nobody was written to. */
  async function refund(sessionId: string): Promise<void> {
    if (perDay > 0) await counters.refund([budgetOf(sessionId)], now());
  }

  return { consume, refund };
}
