import { lastWithRoom } from '../../../domain/rate-limit.ts';
import type { CounterHit } from '../../limits/counter.ts';
import type { Procedures } from '../../procedures.ts';
import type { Value } from '../../statement.ts';
import { timesAt } from '../../verification/live-verification.ts';
import type { ProcedureKind } from './procedure-triggers.ts';

/** The arguments of a call, before the times are encoded. */
export type Arguments = Readonly<Record<string, Value | boolean | undefined | readonly unknown[]>>;

/** The row that a call returns. */
export type CallResult = {
  readonly isDone: number;
  readonly isSpent: number | null;
  /** A JSON list of `[key, resetsAt]`. */
  readonly counters: string | null;
};

export type Call = (kind: ProcedureKind, values: Arguments) => Promise<CallResult>;

/** The procedures as calls of the triggers in procedure-triggers.ts. */
export function createSqliteProcedures(call: Call): Procedures {
  const isDone = async (...given: Parameters<Call>) => (await call(...given)).isDone === 1;
  return {
    async countEvents({ hits, watched, spending, now }) {
      const milliseconds = now.getTime();
      const toHit = (hit: CounterHit) => [hit.key, hit.intervalMs, lastWithRoom(hit, milliseconds)];
      const result = await call('count', {
        hits: hits.map(toHit),
        watched: watched.map(toHit),
        milliseconds,
        ...(spending && { ...spending, ...timesAt(now) }),
      });
      const counters = JSON.parse(result.counters ?? '[]') as [string, number][];
      return {
        isGranted: result.isDone === 1,
        counters: counters.map(([key, resetsAt]) => ({ key, resetsAt })),
        isSpent: result.isSpent === null ? undefined : result.isSpent === 1,
      };
    },

    openVerification: ({ row, delivery, replacedUntil, now }) =>
      isDone('open', { ...row, ...delivery, replacedUntil, ...timesAt(now) }),

    acceptDelivery: (accepted) => isDone('accept', accepted),

    verify: ({ id, settlement: { cleared, refunded }, now }) =>
      isDone('verify', { id, cleared, ...toRefunds(refunded, now), ...timesAt(now) }),

    async refundEvents(hits, now) {
      await call('refund', toRefunds(hits, now));
    },
  };
}

function toRefunds(hits: readonly CounterHit[], now: Date) {
  const refunded = hits.map(({ key, intervalMs }) => [key, intervalMs]);
  return { refunded, milliseconds: now.getTime() };
}
