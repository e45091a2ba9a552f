import { addSeconds, type Clock } from '../../lib/clock.ts';
import type { CounterStore } from '../../storage/counter-store.ts';

type Dependencies = {
  readonly counters: CounterStore;
  /** 0: as many as you like. */
  readonly perDay: number;
  readonly now: Clock;
};

const DAY_SECONDS = 86_400;

/** How many people a number may write to in a day who did not know it before. */
export function createContactBudget({ counters, perDay, now }: Dependencies) {
  const keyOf = (sessionId: string) => `wa-new-contacts-day|${sessionId}`;

  /** Counts one new contact of a session, or none when the day's are used up; `why` tells the count. */
  async function claim(sessionId: string): Promise<{ isGranted: boolean; why: string }> {
    if (perDay === 0) return { isGranted: true, why: 'no daily budget is set' };
    const resetsAt = addSeconds(now(), DAY_SECONDS).getTime();
    const { counters: counted } = await counters.claimAll(
      [{ key: keyOf(sessionId), max: perDay, resetsAt }],
      now(),
    );
    const [counter] = counted;
    return counter
      ? { isGranted: true, why: `${counter.points} of ${perDay} today` }
      : { isGranted: false, why: `all ${perDay} of today are used up` };
  }

  /** Takes one back, because nobody was written to. */
  async function giveBack(sessionId: string): Promise<void> {
    if (perDay > 0) await counters.giveBack([keyOf(sessionId)], now());
  }

  return { claim, giveBack };
}
