import { activityActions } from '../../domain/activity.ts';
import type { Moment, PageRequest } from '../../domain/page.ts';
import { readIds, type Statements, whereAll } from '../statement.ts';

/** Selects entries of one account. */
export type ExceptFilter = {
  readonly accountId: string;
  readonly exceptAction: string;
  readonly status?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
};

/**
 * Finds the newest activities of an account, apart from those of one action; returns their ids. The other actions are
 * read one by one, each from its part of the index `activity_logs_page_action`: of the excepted action, which may have
 * most of the entries, none is read.
 */
export async function findNewestExcept(
  { select }: Pick<Statements, 'select'>,
  { accountId, exceptAction, status, from, to }: ExceptFilter,
  { limit, before }: PageRequest<Moment>,
): Promise<number[]> {
  const { where, values } = whereAll([
    ['"accountId" =', accountId],
    ['"status" =', status],
    ['"createdAt" >=', from],
    ['"createdAt" <', to],
    // With this condition, every database begins to read at the position in the index.
    ['"createdAt" <=', before?.at],
  ]);
  const next = values.length + 1;
  const isBelow = before ? `AND ("createdAt" < $${next} OR "id" < $${next + 1})` : '';
  const newest = `ORDER BY "createdAt" DESC, "id" DESC LIMIT ${limit}`;
  const parts = activityActions
    .filter((action) => action !== exceptAction)
    .map(
      (action) => `SELECT "id", "createdAt" FROM (
        SELECT "id", "createdAt" FROM "activity_logs" ${where} AND "action" = '${action}' ${isBelow} ${newest}
      ) AS "of_${action}"`,
    );
  const rows = await select(
    `SELECT "id" FROM (${parts.join(' UNION ALL ')}) AS "found" ${newest}`,
    [...values, ...(before ? [before.at, before.id] : [])],
  );
  return readIds(rows);
}
