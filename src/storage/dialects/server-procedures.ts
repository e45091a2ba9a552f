import { beginDelivery, MARK_ACCEPTED } from '../delivery/delivery-statements.ts';
import type { ConsumeOutcome, Counter, CounterHit } from '../limits/counter.ts';
import { findCounters, isFull } from '../limits/counter-row.ts';
import { CLEAR_ONE, REFUND_ONE } from '../limits/counter-statements.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import type { Procedures, Settlement } from '../procedures.ts';
import type { Statements, Step } from '../statement.ts';
import { timesAt } from '../verification/live-verification.ts';
import {
  END_REPLACED,
  EXPIRE_IF_DUE,
  MARK_SENT,
  MARK_VERIFIED,
  SPEND_ATTEMPT,
} from '../verification/verification-statements.ts';

/**
 * Counts one event on every counter of `hits` at `now` (milliseconds since 1970), or on none if one of them is
 * full, in one transaction.
 */
export type Consume = (hits: readonly CounterHit[], now: number) => Promise<ConsumeOutcome>;

type Parts = { readonly statements: Statements; readonly consume: Consume };

/** The procedures as statements of their own. */
export function createServerProcedures({ statements, consume }: Parts): Procedures {
  const run = ({ sql, values }: Step) => statements.change(sql, values);

  async function spend(values: Parameters<typeof SPEND_ATTEMPT.with>[0]): Promise<boolean> {
    if ((await run(SPEND_ATTEMPT.with(values))) === 1) return true;
    await run(EXPIRE_IF_DUE.with(values));
    return false;
  }

  return {
    async countEvents({ hits, watched, spending, now }) {
      const found = await findCounters(
        statements,
        [...hits, ...watched].map(({ key }) => key),
      );
      // Refused hits do not wait for locks. Only `consume` decides whether there is room.
      if (isAnyFull(hits, found, now))
        return { isGranted: false, counters: found, isSpent: undefined };
      const { counters, full } = await consume(hits, now.getTime());
      const others = found.filter(({ key }) => !hits.some((hit) => hit.key === key));
      const all = [...counters, ...full, ...others];
      const isGranted = full.length === 0;
      const maySpend = spending && isGranted && !isAnyFull(watched, others, now);
      const isSpent = maySpend ? await spend({ ...spending, ...timesAt(now) }) : undefined;
      return { isGranted, counters: all, isSpent };
    },

    async openVerification({ row, delivery, now }) {
      if (!(await OTPLog.createOTP(row, statements))) {
        await run(END_REPLACED.with({ activeKey: row.activeKey, ...timesAt(now) }));
        if (!(await OTPLog.createOTP(row, statements))) return false;
      }
      const { accountId, verificationId, sessionId } = row;
      if (delivery)
        await run(beginDelivery({ accountId, verificationId, sessionId, ...delivery }, now));
      return true;
    },

    async acceptDelivery({ sessionId = null, details = null, ...call }) {
      await run(MARK_ACCEPTED.with({ ...call, sessionId, details }));
      return (await run(MARK_SENT.with({ ...call, sessionId }))) === 1;
    },

    verify({ id, settlement, now }) {
      const step = MARK_VERIFIED.with({ id, ...timesAt(now) });
      return statements.transact([
        { ...step, expectedRows: 1 },
        ...toSettlementSteps(settlement, now),
      ]);
    },

    async refundEvents(refunded, now) {
      await Promise.all(toSettlementSteps({ cleared: [], refunded }, now).map(run));
    },
  };
}

/** One statement for each row, in the order of the keys, in which hits lock them too. */
function toSettlementSteps({ cleared, refunded }: Settlement, now: Date): Step[] {
  const steps = [
    ...cleared.map((limitKey) => ({ limitKey, step: CLEAR_ONE.with({ limitKey }) })),
    ...refunded.map(({ key: limitKey, intervalMs }) => ({
      limitKey,
      step: REFUND_ONE.with({ limitKey, intervalMs, milliseconds: now.getTime() }),
    })),
  ];
  return steps.sort((a, b) => (a.limitKey < b.limitKey ? -1 : 1)).map(({ step }) => step);
}

function isAnyFull(hits: readonly CounterHit[], counters: readonly Counter[], now: Date): boolean {
  const found = new Map(counters.map((counter) => [counter.key, counter]));
  return hits.some((hit) => isFull(hit, found.get(hit.key), now));
}
