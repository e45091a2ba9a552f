import {
  type Conversion,
  type ConversionDimension,
  type ConversionOf,
  dropKey,
  FEWEST_SENT,
  type Period,
} from '../../domain/analytics/conversion-band.ts';
import type { Database } from '../database.ts';
import { ConversionDrop } from '../models/analytics/conversion-drop.ts';
import { chunk, placeholders, type Row, readIds, whereAll } from '../statement.ts';
import type { RowOf } from '../table.ts';

export type StoredDrop = RowOf<typeof ConversionDrop>;

/** The shares of a drop, as of the hour that was looked at last. */
export type DropFigures = {
  readonly share: number;
  readonly expectedShare: number;
  readonly window: Period;
};

export type ConversionDropStore = ReturnType<typeof createConversionDropStore>;

/** The maximum number of accounts that one statement reads. */
const ACCOUNTS_AT_ONCE = 100;

/** Stores when the conversion was lower than usual. Each change is one guarded statement. */
export function createConversionDropStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Sums up the conversion of each channel or region with enough codes for a judgement, of all accounts. */
  async function sumHour(
    dimension: ConversionDimension,
    { from, to }: Period,
  ): Promise<(ConversionOf & Conversion)[]> {
    const rows = await select(
      `${sumsBy(dimension)} AND "startsAt" >= $2 AND "startsAt" < $3
       GROUP BY "accountId", "${dimension}" HAVING SUM("sent") >= ${FEWEST_SENT}`,
      [dimension, from, to],
    );
    return rows.map((row) => toConversion(dimension, row));
  }

  /** The same of some accounts in a longer period, without a minimum. */
  async function sumBefore(
    dimension: ConversionDimension,
    { from, to }: Period,
    accountIds: readonly string[],
  ): Promise<(ConversionOf & Conversion)[]> {
    const found = chunk([...new Set(accountIds)], ACCOUNTS_AT_ONCE).map((some) =>
      select(
        `${sumsBy(dimension)} AND "startsAt" >= $2 AND "startsAt" < $3
           AND "accountId" IN (${placeholders(some.length, 4)})
         GROUP BY "accountId", "${dimension}"`,
        [dimension, from, to, ...some],
      ),
    );
    return (await Promise.all(found)).flat().map((row) => toConversion(dimension, row));
  }

  /** Begins a drop; false if there is one that has not ended. */
  function begin(of: ConversionOf, figures: DropFigures, now: Date): Promise<boolean> {
    const columns = { ...of, activeKey: dropKey(of), ...toColumns(figures) };
    return models.ConversionDrop.insertRow({ ...columns, createdAt: now, updatedAt: now });
  }

  /** Stores the latest figures of a drop that has not ended. */
  async function update(of: ConversionOf, figures: DropFigures, now: Date): Promise<void> {
    const { share, expectedShare, windowFrom, windowTo } = toColumns(figures);
    await change(
      `UPDATE "conversion_drops" SET "share" = $2, "expectedShare" = $3, "windowFrom" = $4,
         "windowTo" = $5, "updatedAt" = $6 WHERE "activeKey" = $1`,
      [dropKey(of), share, expectedShare, windowFrom, windowTo, now],
    );
  }

  /** Ends a drop with its last figures; false if there is none, or it has ended. */
  async function end(of: ConversionOf, figures: DropFigures, now: Date): Promise<boolean> {
    const { share, expectedShare, windowFrom, windowTo } = toColumns(figures);
    const ended = await change(
      `UPDATE "conversion_drops" SET "activeKey" = NULL, "endedAt" = $2, "share" = $3,
         "expectedShare" = $4, "windowFrom" = $5, "windowTo" = $6, "updatedAt" = $2
       WHERE "activeKey" = $1`,
      [dropKey(of), now, share, expectedShare, windowFrom, windowTo],
    );
    return ended === 1;
  }

  /** Ends drops of which nothing has been known since `before`. Their figures stay as they are. */
  async function endUnknown(before: Date, now: Date): Promise<void> {
    await change(
      `UPDATE "conversion_drops" SET "activeKey" = NULL, "endedAt" = $2
       WHERE "endedAt" IS NULL AND "updatedAt" < $1`,
      [before, now],
    );
  }

  /** Lists drops that have not ended, of one account or of all, oldest first. */
  async function listActive(accountId: string | undefined): Promise<StoredDrop[]> {
    const { where, values } = whereAll([['"accountId" =', accountId]]);
    const condition = where === '' ? 'WHERE' : `${where} AND`;
    const rows = await select(
      `SELECT ${ConversionDrop.columns} FROM "conversion_drops" ${condition} "endedAt" IS NULL
       ORDER BY "id"`,
      values,
    );
    return rows.map(ConversionDrop.decode);
  }

  /** Lists drops that have ended at a time or later, oldest first. */
  async function listEndedSince(since: Date): Promise<StoredDrop[]> {
    const rows = await select(
      `SELECT ${ConversionDrop.columns} FROM "conversion_drops" WHERE "endedAt" >= $1 ORDER BY "id"`,
      [since],
    );
    return rows.map(ConversionDrop.decode);
  }

  /** Deletes up to `batch` drops that ended before a time; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "conversion_drops" WHERE "endedAt" < $1 LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "conversion_drops" WHERE "id" IN (${placeholders(old.length)})`,
      readIds(old),
    );
  }

  return {
    ...{ sumHour, sumBefore, begin, update, end, endUnknown },
    ...{ listActive, listEndedSince, prune },
  };
}

/** Email addresses have no region. A code that no channel accepted was not sent. */
function sumsBy(dimension: ConversionDimension): string {
  return `SELECT "accountId", "${dimension}", SUM("sent") AS "sent", SUM("verified") AS "verified"
    FROM "rollups" WHERE "level" = $1 AND "span" = 'quarter' AND "${dimension}" <> ''`;
}

function toConversion(dimension: ConversionDimension, row: Row): ConversionOf & Conversion {
  return {
    accountId: String(row['accountId']),
    dimension,
    value: String(row[dimension]),
    sent: Number(row['sent']),
    verified: Number(row['verified']),
  };
}

function toColumns({ share, expectedShare, window }: DropFigures) {
  return { share, expectedShare, windowFrom: window.from, windowTo: window.to };
}
