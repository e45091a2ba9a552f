import { groupBy } from '../../../lib/group-by.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { ChangedVerification } from '../../../storage/webhooks/event-store.ts';
import type { RecorderContext } from '../context.ts';
import { recordEventsOf } from './record-events.ts';

/** When a verification is looked at for the first time, after it was created. */
export const FIRST_LOOK_SECONDS = 10;

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/**
 * When it is looked at again. A node records events as soon as it has changed a row. This finds those of a node that
 * died in between: while the code is live, after its longest life, and as long as receipts may arrive.
 */
const LOOKS = [
  ...[FIRST_LOOK_SECONDS, MINUTE, 3 * MINUTE, 6 * MINUTE, 12 * MINUTE],
  ...[HOUR, 6 * HOUR, DAY, 3 * DAY],
];

const BATCH = 200;

/** Records events that were missed. Returns how many verifications were looked at. */
export async function recordDueEvents(ctx: RecorderContext): Promise<number> {
  let looked = 0;
  for (let found = BATCH; found === BATCH; looked += found) {
    const now = ctx.now();
    const due = await ctx.events.listDue(now, BATCH);
    found = due.length;
    await recordEventsOf(ctx, due, new Set());
    const times = new Map<number, Date>();
    const looks = groupBy(due, (verification) => nextLookOf(verification, now, times));
    for (const [at, group] of looks) {
      const ids = group.map(({ id }) => id);
      await ctx.events.lookAgain(ids, at, now);
    }
  }
  return looked;
}

/** When a verification is looked at again; undefined after the last look. */
function nextLookOf({ createdAt }: ChangedVerification, now: Date, times: Map<number, Date>) {
  const age = (now.getTime() - createdAt.getTime()) / 1000;
  const next = LOOKS.find((seconds) => seconds > age);
  return next === undefined ? undefined : timeOf(times, next, now, age);
}

/** Verifications that are about as old share a time, so that one statement stores it. */
function timeOf(times: Map<number, Date>, look: number, now: Date, age: number): Date {
  const known = times.get(look);
  if (known) return known;
  const at = addSeconds(now, look - age);
  times.set(look, at);
  return at;
}
