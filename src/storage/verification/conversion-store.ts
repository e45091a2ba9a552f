import {
  type ConversionSubject,
  conversionKey,
  LEAST_SHARE,
  SAMPLE_SIZE,
} from '../../domain/verification/send-conversion.ts';
import type { Database } from '../database.ts';
import { SendConversion } from '../models/verification/send-conversion.ts';
import { placeholders, type Step } from '../statement.ts';

/** Sends of one subject that settled, and how many of them were verified. */
export type Outcome = {
  readonly subject: ConversionSubject;
  readonly settled: number;
  readonly verified: number;
};

export type ConversionStore = ReturnType<typeof createConversionStore>;

const suspicion = SendConversion.pick('suspectedAt');
const name = SendConversion.pick('subjectKey');

const IS_LOW = `"settled" >= ${SAMPLE_SIZE} AND "verified" < ${LEAST_SHARE} * "settled"`;

/**
 * Keeps the share of verified sends. Every change is one guarded statement, so that an alarm is raised by
 * one process only, however many look.
 */
export function createConversionStore({ statements }: Database) {
  const { select, change, insert } = statements;

  /** Makes the rows that are missing. An empty row says nothing wrong. */
  async function prepare(subjects: readonly ConversionSubject[], now: Date): Promise<void> {
    for (const subject of subjects) {
      const row = { subjectKey: conversionKey(subject), createdAt: now, updatedAt: now };
      const { sql, values } = SendConversion.insertion(row);
      await insert(sql, values);
    }
  }

  /** Marks a subject as suspect; false when it is one already, or enough was verified. */
  async function suspect(subject: ConversionSubject, now: Date): Promise<boolean> {
    const marked = await change(
      `UPDATE "send_conversions" SET "suspectedAt" = $2
       WHERE "subjectKey" = $1 AND "suspectedAt" IS NULL AND ${IS_LOW}`,
      [conversionKey(subject), now],
    );
    return marked === 1;
  }

  /** Ends a suspicion; false when there is none, or still too few are verified. */
  async function clear(subject: ConversionSubject): Promise<boolean> {
    const cleared = await change(
      `UPDATE "send_conversions" SET "suspectedAt" = NULL
       WHERE "subjectKey" = $1 AND "suspectedAt" IS NOT NULL AND NOT (${IS_LOW})`,
      [conversionKey(subject)],
    );
    return cleared === 1;
  }

  /** Since when a subject is suspect; undefined when it is not. */
  async function findSuspicion(key: string): Promise<Date | undefined> {
    const [row] = await select(
      `SELECT ${suspicion.columns} FROM "send_conversions" WHERE "subjectKey" = $1`,
      [key],
    );
    return row && suspicion.decode(row).suspectedAt;
  }

  /** Deletes up to `batch` rows that nothing was added to since `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT ${name.columns} FROM "send_conversions" WHERE "updatedAt" < $1 LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "send_conversions"
       WHERE "subjectKey" IN (${placeholders(old.length, 2)}) AND "updatedAt" < $1`,
      [before, ...old.map((row) => name.decode(row).subjectKey)],
    );
  }

  return { prepare, toSteps, suspect, clear, findSuspicion, prune };
}

/**
 * The steps that add an outcome to its row, which `prepare` made. The oldest sends leave the sample as
 * new ones come; a sample that stood still, or was suspect, since `forgetBefore` begins empty.
 */
function toSteps(outcome: Outcome, now: Date, forgetBefore: Date): Step[] {
  const key = conversionKey(outcome.subject);
  const settled = Math.min(SAMPLE_SIZE, outcome.settled);
  const verified = (outcome.verified * settled) / outcome.settled;
  const kept = `CASE WHEN "settled" <= ${SAMPLE_SIZE - settled} THEN 1.0
    ELSE ${SAMPLE_SIZE - settled} / "settled" END`;
  return [
    {
      sql: `UPDATE "send_conversions" SET "settled" = 0, "verified" = 0, "suspectedAt" = NULL
        WHERE "subjectKey" = $1 AND ("updatedAt" <= $2 OR "suspectedAt" <= $2)`,
      values: [key, forgetBefore],
    },
    {
      // MySQL assigns from left to right: what reads the old count comes before the new one.
      sql: `UPDATE "send_conversions" SET "verified" = "verified" * ${kept} + ${verified},
          "settled" = CASE WHEN "settled" <= ${SAMPLE_SIZE - settled} THEN "settled" + ${settled}
            ELSE ${SAMPLE_SIZE} END,
          "updatedAt" = $2
        WHERE "subjectKey" = $1`,
      values: [key, now],
      touching: 1,
    },
  ];
}
