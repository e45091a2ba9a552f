import { type Moment, type Page, type PageRequest, toPage } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { type LoggedDelivery, toLoggedDelivery } from '../delivery/delivery-row.ts';
import { chunk, placeholders, type Value } from '../statement.ts';
import {
  ACTIVITY_COLUMNS,
  CHALLENGE_COLUMNS,
  type LoggedActivity,
  type LoggedVerification,
  toLoggedActivity,
  toLoggedVerification,
} from './log-row.ts';

/** Which rows are meant; what is missing restricts nothing. */
export type LogFilter = {
  readonly accountId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly status?: string | undefined;
  /** Of activities only. */
  readonly action?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
};

type TimePage = PageRequest<Moment>;

/** So many verifications are named by one statement. */
const HANDLES_AT_ONCE = 100;

export type LogStore = ReturnType<typeof createLogStore>;

/** Reads the logs, the newest first. Each filter has an index that begins with the account. */
export function createLogStore({ statements: { select } }: Database) {
  async function listActivities(
    filter: LogFilter,
    { limit, before }: TimePage,
  ): Promise<Page<LoggedActivity, Moment>> {
    const { where, values } = toWhere(filter, before);
    const rows = await select(
      `SELECT ${ACTIVITY_COLUMNS} FROM "activity_logs" ${where}
       ORDER BY "createdAt" DESC, "id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return toPage(rows.map(toLoggedActivity), limit, placeOf);
  }

  async function listVerifications(
    filter: Omit<LogFilter, 'action'>,
    { limit, before }: TimePage,
  ): Promise<Page<LoggedVerification, Moment>> {
    const { where, values } = toWhere(filter, before);
    const rows = await select(
      `SELECT ${CHALLENGE_COLUMNS} FROM "otp_logs" ${where}
       ORDER BY "createdAt" DESC, "id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return toPage(rows.map(toLoggedVerification), limit, placeOf);
  }

  /** The attempts to deliver these verifications, each one's in the order in which they were made. */
  async function listDeliveries(verificationIds: readonly string[]): Promise<LoggedDelivery[]> {
    const pieces = chunk(verificationIds, HANDLES_AT_ONCE).map(listDeliveriesOf);
    return (await Promise.all(pieces)).flat();
  }

  async function listDeliveriesOf(verificationIds: readonly string[]): Promise<LoggedDelivery[]> {
    const rows = await select(
      `SELECT "verificationId", "channel", "sessionId", "messageId", "status", "reason", "details",
         "createdAt", "acceptedAt", "deliveredAt", "readAt", "failedAt"
       FROM "deliveries" WHERE "verificationId" IN (${placeholders(verificationIds.length)})
       ORDER BY "id"`,
      [...verificationIds],
    );
    return rows.map(toLoggedDelivery);
  }

  return { listActivities, listVerifications, listDeliveries };
}

function placeOf({ createdAt, id }: { readonly createdAt: Date; readonly id: number }): Moment {
  return { at: createdAt, id };
}

/**
 * A place among rows is told twice: all databases walk an index by the first comparison, and MySQL does
 * not by `OR` alone.
 */
function toWhere(filter: LogFilter, before: Moment | undefined) {
  const values: Value[] = [];
  const bind = (value: Value) => `$${values.push(value)}`;
  const claims = [
    ['"accountId" =', filter.accountId],
    ['"action" =', filter.action],
    ['"sessionId" =', filter.sessionId],
    ['"phoneNumber" =', filter.phoneNumber],
    ['"status" =', filter.status],
    ['"createdAt" >=', filter.from],
    ['"createdAt" <', filter.to],
  ] as const;
  const terms = claims.flatMap(([claim, value]) =>
    value === undefined ? [] : [`${claim} ${bind(value)}`],
  );
  if (before !== undefined) {
    const at = bind(before.at);
    terms.push(`"createdAt" <= ${at}`, `("createdAt" < ${at} OR "id" < ${bind(before.id)})`);
  }
  return { where: terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`, values };
}
