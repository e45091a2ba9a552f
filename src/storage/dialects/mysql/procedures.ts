import { lastWithRoom } from '../../../domain/rate-limit.ts';
import { beginDelivery, MARK_ACCEPTED } from '../../delivery/delivery-statements.ts';
import { findFaultCode } from '../../fault-reason.ts';
import type { Counter, CounterHit } from '../../limits/counter.ts';
import { findCounters, isAnyFull } from '../../limits/counter-row.ts';
import { REFUND_ONE } from '../../limits/counter-statements.ts';
import { OTPLog } from '../../models/verification/otp-log.ts';
import type { Procedures, Settlement } from '../../procedures.ts';
import { named, type Statements, type Step } from '../../statement.ts';
import { timesAt } from '../../verification/live-verification.ts';
import {
  END_REPLACED,
  EXPIRE_IF_DUE,
  IS_VERIFIABLE,
  MARK_SENT,
  MARK_VERIFIED,
  SET_VERIFIED,
  SPEND_ATTEMPT,
} from '../../verification/verification-statements.ts';

const LARGEST = '9223372036854775807';

/** What MySQL and MariaDB say of a sum that no BIGINT can hold. */
const IS_FULL = 'ER_DATA_OUT_OF_RANGE';

/** How often a refusal is counted again because, meanwhile, another caller has emptied what was full. */
const MOST_LOOKS = 10;

type CountCall = Omit<Parameters<Procedures['countEvents']>[0], 'spending'>;

/** The procedures as few statements, because MySQL has no RETURNING. */
export function createMysqlProcedures(statements: Statements): Procedures {
  const run = ({ sql, values }: Step) => statements.change(sql, values);

  /** Counts one event on every counter of `hits`, or on none if one is full. Then reads them, and `watched`. */
  async function count(
    { hits, watched, now }: CountCall,
    looks = MOST_LOOKS,
  ): Promise<{ readonly isGranted: boolean; readonly counters: readonly Counter[] }> {
    const isGranted = await run(countAll(hits, now.getTime())).then(
      () => true,
      (error: unknown) => {
        if (findFaultCode(error) === IS_FULL) return false;
        throw error;
      },
    );
    const found = await findCounters(
      statements,
      [...hits, ...watched].map(({ key }) => key),
    );
    if (isGranted) return { isGranted, counters: [...found, ...missingOf(hits, found, now)] };
    if (isAnyFull(hits, found, now) || looks === 1) return { isGranted, counters: found };
    return count({ hits, watched, now }, looks - 1);
  }

  async function spend(values: Parameters<typeof SPEND_ATTEMPT.with>[0]): Promise<boolean> {
    if ((await run(SPEND_ATTEMPT.with(values))) === 1) return true;
    await run(EXPIRE_IF_DUE.with(values));
    return false;
  }

  return {
    async countEvents({ spending, ...call }) {
      const { watched, now } = call;
      const { isGranted, counters } = await count(call);
      const maySpend = spending && isGranted && !isAnyFull(watched, counters, now);
      const isSpent = maySpend ? await spend({ ...spending, ...timesAt(now) }) : undefined;
      return { isGranted, counters, isSpent };
    },

    async openVerification({ row, delivery, replacedUntil, now }) {
      if (!(await OTPLog.createOTP(row, statements))) {
        const { activeKey } = row;
        await run(END_REPLACED.with({ activeKey, replacedUntil, ...timesAt(now) }));
        if (!(await OTPLog.createOTP(row, statements))) return false;
      }
      const { accountId, verificationId, sessionId } = row;
      if (delivery)
        await run(
          beginDelivery({ accountId, verificationId, sessionId, step: 0, ...delivery }, now),
        );
      return true;
    },

    async acceptDelivery({
      sessionId = null,
      details = null,
      providerMessageId = null,
      dueAt = null,
      ...call
    }) {
      const accepted = { ...call, sessionId, details, providerMessageId, dueAt };
      await run(MARK_ACCEPTED.with(accepted));
      return (await run(MARK_SENT.with({ ...call, sessionId }))) === 1;
    },

    async verify({ id, settlement, now }) {
      return (await run(verifyAndSettle(id, settlement, now))) > 0;
    },

    async refundEvents(hits, now) {
      const milliseconds = now.getTime();
      const steps = hits.map(({ key: limitKey, intervalMs }) =>
        REFUND_ONE.with({ limitKey, intervalMs, milliseconds }),
      );
      await Promise.all(steps.map(run));
    },
  };
}

/** The counters that were counted, and cleared by another caller before they were read. */
function missingOf(hits: readonly CounterHit[], found: readonly Counter[], now: Date): Counter[] {
  const missing = hits.filter((hit) => !found.some(({ key }) => key === hit.key));
  return missing.map(({ key, intervalMs }) => ({ key, resetsAt: now.getTime() + intervalMs }));
}

/**
 * The rows are locked in the order of their keys. A full one makes the sum too large for its column, which cancels the
 * whole statement.
 */
function countAll(hits: readonly CounterHit[], now: number): Step {
  const rows = hits.map(
    (_, i) => `($${2 * i + 2}, CAST($1 AS SIGNED) + CAST($${2 * i + 3} AS SIGNED))`,
  );
  const from = 2 * hits.length + 2;
  const lasts = hits.map((_, i) => `WHEN $${2 * i + 2} THEN CAST($${from + i} AS SIGNED)`);
  return {
    sql: `INSERT INTO "rate_limits" ("limitKey", "resetsAt") VALUES ${rows.join(', ')}
      ON DUPLICATE KEY UPDATE "resetsAt" = GREATEST("resetsAt", CAST($1 AS SIGNED))
        + VALUES("resetsAt") - CAST($1 AS SIGNED)
        + IF("resetsAt" > CASE "limitKey" ${lasts.join(' ')} END, ${LARGEST}, 0)`,
    values: [
      now,
      ...hits.flatMap(({ key, intervalMs }) => [key, intervalMs]),
      ...hits.map((hit) => lastWithRoom(hit, now)),
    ],
  };
}

/** Uses up a verification and settles its counters. A cleared counter is empty, and is pruned later. */
function verifyAndSettle(id: number, { cleared, refunded }: Settlement, now: Date): Step {
  const changes = [
    ...cleared.map((key, i) => ({ name: `cleared${i}`, key, value: '0', intervals: {} })),
    ...refunded.map(({ key, intervalMs }, i) => ({
      name: `refunded${i}`,
      key,
      value: `"resetsAt" - IF("resetsAt" > :milliseconds, :interval${i}, 0)`,
      intervals: { [`interval${i}`]: intervalMs },
    })),
  ];
  const verified = { id, ...timesAt(now) };
  if (changes.length === 0) return MARK_VERIFIED.with(verified);
  const cases = changes.map(({ name, value }) => `WHEN :${name} THEN ${value}`);
  const statement = named(
    `UPDATE "otp_logs" LEFT JOIN "rate_limits" FORCE INDEX (PRIMARY)
       ON "limitKey" IN (${changes.map(({ name }) => `:${name}`).join(', ')})
     SET ${SET_VERIFIED}, "resetsAt" = CASE "limitKey" ${cases.join(' ')} END
     WHERE ${IS_VERIFIABLE}`,
  );
  const keys = Object.fromEntries(changes.map(({ name, key }) => [name, key]));
  const intervals = Object.assign({}, ...changes.map(({ intervals }) => intervals));
  return statement.with({ ...verified, ...keys, ...intervals, milliseconds: now.getTime() });
}
