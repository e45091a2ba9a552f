import type { SessionUse } from '../../domain/conversations/session-settings.ts';
import { type Page, type PageAfter, toPage } from '../../domain/page.ts';
import {
  connectedStates,
  SESSION_LEASE_PREFIX,
  type SessionState,
} from '../../domain/whatsapp/session.ts';
import type { Database } from '../database.ts';
import { latestEnd } from '../limits/lease-store.ts';
import { Session } from '../models/whatsapp/session.ts';
import { placeholders, type Value, whereAll } from '../statement.ts';
import { decodeSession, type StoredSession, stored } from './session-row.ts';

/** Selects sessions. An undefined field is no restriction. */
export type SessionFilter = {
  readonly accountId: string | undefined;
  readonly sessionIds?: readonly string[] | undefined;
  readonly states?: readonly SessionState[];
  readonly uses?: readonly SessionUse[];
};

/** A session in a list, and whether a node holds its lease. */
export type ListedSession = StoredSession & { readonly isHosted: boolean };

const place = Session.pick('id');
const identity = Session.pick('id', 'sessionId', 'accountId');

/** Until when the lease of a session is held; NULL if it never was. PostgreSQL would scan a joined table. */
const HELD_UNTIL = `(SELECT "heldUntil" FROM "leases"
  WHERE "name" = CONCAT('${SESSION_LEASE_PREFIX}', "sessionId"))`;

const CONNECTED = connectedStates.map((state) => `'${state}'`).join(', ');

/** Reads many sessions, each list by an index and in pages. */
export function createSessionLists({ statements: { select } }: Pick<Database, 'statements'>) {
  /** Lists a page of sessions, oldest first. */
  async function list(
    filter: SessionFilter,
    { limit, after }: PageAfter,
    now: Date,
  ): Promise<Page<ListedSession>> {
    const { where, values } = toWhere(filter, after);
    const rows = await select(
      `SELECT ${place.columns}, ${stored.columns}, ${HELD_UNTIL} AS "hostedUntil"
       FROM "sessions" ${where} ORDER BY "id" LIMIT ${limit + 1}`,
      values,
    );
    const { items, next } = toPage(rows, limit, (row) => place.decode(row).id);
    const decoded = items.map((row) => ({
      ...decodeSession(row),
      isHosted: Number(row['hostedUntil']) > now.getTime(),
    }));
    return { items: decoded, next };
  }

  async function count(filter: SessionFilter): Promise<number> {
    const { where, values } = toWhere(filter);
    const [row] = await select(`SELECT COUNT(*) AS "sessions" FROM "sessions" ${where}`, values);
    return Number(row?.['sessions']);
  }

  /** Counts the sessions of one account, or of all, by status. */
  async function countByStatus(accountId: string | undefined): Promise<Map<string, number>> {
    const { where, values } = whereAll([['"accountId" =', accountId]]);
    const rows = await select(
      `SELECT "status", COUNT(*) AS "sessions" FROM "sessions" ${where} GROUP BY "status"`,
      values,
    );
    return new Map(rows.map((row) => [String(row['status']), Number(row['sessions'])]));
  }

  /** Whether there is a session that the filter selects. */
  async function isAny(filter: SessionFilter): Promise<boolean> {
    const { where, values } = toWhere(filter);
    const rows = await select(`SELECT ${place.columns} FROM "sessions" ${where} LIMIT 1`, values);
    return rows.length > 0;
  }

  /**
   * Lists a page of the sessions that should be connected and that no node hosts. A lease that ends later
   * than `longestMs` from now was written by a wrong clock and counts as expired. Unlinked sessions and
   * those that need an operator are not read.
   */
  async function listUnhosted(
    { limit, after = 0 }: PageAfter,
    now: Date,
    longestMs: number,
  ): Promise<Page<{ readonly sessionId: string; readonly accountId: string }>> {
    const rows = await select(
      `SELECT ${identity.columns} FROM "sessions"
       WHERE ("state" IN (${CONNECTED}) OR ("state" = 'unlinked' AND "isLinked" = TRUE))
         AND "id" > $1 AND COALESCE(${HELD_UNTIL}, 0) NOT BETWEEN $2 AND $3
       ORDER BY "id" LIMIT ${limit + 1}`,
      [after, now.getTime() + 1, latestEnd(now, longestMs)],
    );
    return toPage(rows.map(identity.decode), limit, ({ id }) => id);
  }

  return { list, count, countByStatus, isAny, listUnhosted };
}

/** The WHERE clause of a filter, and its values. */
function toWhere({ accountId, sessionIds, states, uses }: SessionFilter, after?: number) {
  const values: Value[] = [];
  const use = (...some: readonly Value[]) => {
    values.push(...some);
    return placeholders(some.length, 1 + values.length - some.length);
  };
  const conditions = [
    accountId !== undefined && `"accountId" = ${use(accountId)}`,
    sessionIds !== undefined && `"sessionId" IN (${use(...sessionIds) || 'NULL'})`,
    states !== undefined && `"state" IN (${use(...states)})`,
    uses !== undefined && `"usedFor" IN (${use(...uses)})`,
    after !== undefined && `"id" > ${use(after)}`,
  ].filter((condition) => condition !== false);
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}
