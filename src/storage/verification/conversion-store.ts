import {
  type ConversionSubject,
  conversionKey,
  LEAST_SHARE,
  SAMPLE_SIZE,
} from '../../domain/verification/send-conversion.ts';
import type { Database } from '../database.ts';
import { SendConversion } from '../models/verification/send-conversion.ts';
import { placeholders, type Step } from '../statement.ts';

/** How many sends of one subject have ended, and how many of them were verified. */
export type Outcome = {
  readonly subject: ConversionSubject;
  readonly settled: number;
  readonly verified: number;
};

export type ConversionStore = ReturnType<typeof createConversionStore>;

const suspicion = SendConversion.pick('suspectedAt');
const keyColumn = SendConversion.pick('subjectKey');

const IS_LOW = `"settled" >= ${SAMPLE_SIZE} AND "verified" < ${LEAST_SHARE} * "settled"`;

/**
 * Stores the share of verified sends. Each change is one guarded statement, so that only one process
 * raises an alarm.
 */
export function createConversionStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Creates missing rows. An empty row has no effect on the figures. */
  async function prepare(subjects: readonly ConversionSubject[], now: Date): Promise<void> {
    for (const subject of subjects) {
      const subjectKey = conversionKey(subject);
      await models.SendConversion.insertRow({ subjectKey, createdAt: now, updatedAt: now });
    }
  }

  /** Marks a subject as suspect; false if it is already marked, or enough sends were verified. */
  async function suspect(subject: ConversionSubject, now: Date): Promise<boolean> {
    const marked = await change(
      `UPDATE "send_conversions" SET "suspectedAt" = $2
       WHERE "subjectKey" = $1 AND "suspectedAt" IS NULL AND ${IS_LOW}`,
      [conversionKey(subject), now],
    );
    return marked === 1;
  }

  /** Removes the mark of a suspect; false if there is none, or still too few sends are verified. */
  async function clear(subject: ConversionSubject): Promise<boolean> {
    const cleared = await change(
      `UPDATE "send_conversions" SET "suspectedAt" = NULL
       WHERE "subjectKey" = $1 AND "suspectedAt" IS NOT NULL AND NOT (${IS_LOW})`,
      [conversionKey(subject)],
    );
    return cleared === 1;
  }

  /** Finds since when a subject is suspect; undefined if it is not. */
  async function findSuspicion(key: string): Promise<Date | undefined> {
    const [row] = await select(
      `SELECT ${suspicion.columns} FROM "send_conversions" WHERE "subjectKey" = $1`,
      [key],
    );
    return row && suspicion.decode(row).suspectedAt;
  }

  /** Deletes up to `batch` rows that have not changed since `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT ${keyColumn.columns} FROM "send_conversions" WHERE "updatedAt" < $1 LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "send_conversions"
       WHERE "subjectKey" IN (${placeholders(old.length, 2)}) AND "updatedAt" < $1`,
      [before, ...old.map((row) => keyColumn.decode(row).subjectKey)],
    );
  }

  return { prepare, toSteps, suspect, clear, findSuspicion, prune };
}

/**
 * Returns the steps that add an outcome to its row, which `prepare` has created. New sends replace the
 * oldest ones of the sample. A sample that has not changed, or has been suspect, since `forgetBefore`
 * starts empty.
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
      // MySQL assigns from left to right, so "verified" must read "settled" before it changes.
      sql: `UPDATE "send_conversions" SET "verified" = "verified" * ${kept} + ${verified},
          "settled" = CASE WHEN "settled" <= ${SAMPLE_SIZE - settled} THEN "settled" + ${settled}
            ELSE ${SAMPLE_SIZE} END,
          "updatedAt" = $2
        WHERE "subjectKey" = $1`,
      values: [key, now],
      expectedRows: 1,
    },
  ];
}
