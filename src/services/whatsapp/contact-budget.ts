import type { Clock } from '../../lib/time/clock.ts';
import type { CounterStore } from '../../storage/limits/counter-store.ts';

type Dependencies = {
  readonly counters: CounterStore;
  /** 0 means no limit. */
  readonly perDay: number;
  readonly now: Clock;
};

const DAY_MS = 86_400_000;

/**
 * Limits how many new contacts a number may write to per day. The whole budget may be used at once, and it
 * refills over the following day.
 */
export function createContactBudget({ counters, perDay, now }: Dependencies) {
  const budgetOf = (sessionId: string) => ({
    key: `wa-new-contacts-day|${sessionId}`,
    burst: perDay,
    intervalMs: Math.ceil(DAY_MS / perDay),
    longestMs: DAY_MS + perDay,
  });

  /** Counts a new contact of a session, unless the day's budget is used up. `why` describes the count. */
  async function consume(sessionId: string): Promise<{ isGranted: boolean; why: string }> {
    if (perDay === 0) return { isGranted: true, why: 'no daily budget is set' };
    const budget = budgetOf(sessionId);
    const at = now();
    const [counter] = (await counters.consumeAll({ hits: [budget] }, at)).counters;
    if (!counter) return { isGranted: false, why: `all ${perDay} of today are used up` };
    const used = Math.ceil((counter.resetsAt - at.getTime()) / budget.intervalMs);
    return { isGranted: true, why: `${used} of ${perDay} today` };
  }

  /** Refunds a new contact to whom nothing was sent. */
  async function refund(sessionId: string): Promise<void> {
    if (perDay > 0) await counters.refund([budgetOf(sessionId)], now());
  }

  return { consume, refund };
}
