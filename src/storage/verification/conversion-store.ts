import {
  type ConversionSubject,
  conversionKey,
  LEAST_SHARE,
  SAMPLE_SIZE,
} from '../../domain/verification/send-conversion.ts';
import type { Database } from '../database.ts';
import { SendConversion } from '../models/verification/send-conversion.ts';
import { chunk, chunkBySizes, placeholders, type Step } from '../statement.ts';

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

/** How many rows one statement changes. A few sizes, so that few statements are prepared. */
const ROWS_PER_STATEMENT = [64, 16, 4, 1];

/** The maximum number of rows that one statement reads. */
const KEYS_AT_ONCE = 100;

/**
 * Stores the share of verified sends. Each change is one guarded statement, so that only one process
 * raises an alarm.
 */
export function createConversionStore({ statements, syntax }: Database) {
  const { select, change } = statements;

  /**
   * Returns the steps that add outcomes, each of another subject, to their rows. New sends replace the oldest
   * ones of the sample. A sample that has not changed, or has been suspect, since `forgetBefore` starts empty.
   */
  function toSteps(outcomes: readonly Outcome[], now: Date, forgetBefore: Date): Step[] {
    return chunkBySizes(outcomes, ROWS_PER_STATEMENT).map((some) => {
      const insertion = SendConversion.insertion(...some.map((one) => toNewRow(one, now)));
      const values = [...insertion.values, forgetBefore];
      const isOver = (column: string) => `${present(column)} <= $${values.length}`;
      const isForgotten = `(${isOver('updatedAt')} OR ${isOver('suspectedAt')})`;
      const added = syntax.changeExisting(['subjectKey'], (incoming) =>
        addToSample(incoming, isForgotten),
      );
      return { sql: `${insertion.sql} ${added}`, values };
    });
  }

  /** Lists those of the subjects that are to be marked as suspect, or no longer, by their keys. */
  async function listChanged(subjects: readonly ConversionSubject[]): Promise<Set<string>> {
    const found = chunk(subjects.map(conversionKey), KEYS_AT_ONCE).map((keys) =>
      select(
        `SELECT ${keyColumn.columns} FROM "send_conversions"
         WHERE "subjectKey" IN (${placeholders(keys.length)}) AND ("suspectedAt" IS NULL) = (${IS_LOW})`,
        keys,
      ),
    );
    const rows = (await Promise.all(found)).flat();
    return new Set(rows.map((row) => keyColumn.decode(row).subjectKey));
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

  return { toSteps, listChanged, suspect, clear, findSuspicion, prune };
}

function toNewRow({ subject, settled, verified }: Outcome, now: Date) {
  const counted = Math.min(SAMPLE_SIZE, settled);
  return {
    subjectKey: conversionKey(subject),
    settled: counted,
    verified: (verified * counted) / settled,
    createdAt: now,
    updatedAt: now,
  };
}

const present = (column: string) => `"send_conversions"."${column}"`;

/** MySQL assigns from left to right, so a column is read before it changes. */
function addToSample(incoming: (column: string) => string, isForgotten: string) {
  const [settled, added] = [present('settled'), incoming('settled')];
  const hasRoom = `${settled} <= ${SAMPLE_SIZE} - ${added}`;
  const kept = `CASE WHEN ${isForgotten} THEN 0.0 WHEN ${hasRoom} THEN 1.0
    ELSE (${SAMPLE_SIZE} - ${added}) / ${settled} END`;
  return {
    verified: `${present('verified')} * ${kept} + ${incoming('verified')}`,
    settled: `CASE WHEN ${isForgotten} THEN ${added} WHEN ${hasRoom} THEN ${settled} + ${added}
      ELSE ${SAMPLE_SIZE} END`,
    suspectedAt: `CASE WHEN ${isForgotten} THEN NULL ELSE ${present('suspectedAt')} END`,
    updatedAt: incoming('updatedAt'),
  };
}
