import { type Moment, type Page, type PageRequest, toPage } from '../../domain/page.ts';
import { LAST_DIGITS } from '../../domain/recipient.ts';
import type { Database } from '../database.ts';
import { Op } from '../operators.ts';
import { chunk } from '../statement.ts';
import { omitUndefined } from '../table.ts';
import {
  type LoggedActivity,
  type LoggedDelivery,
  type LoggedVerification,
  loggedDelivery,
  loggedVerification,
  toLoggedActivity,
  toLoggedVerification,
} from './log-entry.ts';
import { type ExceptFilter, findNewestExcept } from './newest-except.ts';

/** Selects rows. A missing field is no restriction. */
export type LogFilter = {
  readonly accountId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly phoneNumber?: string | undefined;
  /** Only for verifications: the last digits of the number, at least `LAST_DIGITS`. */
  readonly lastDigits?: string | undefined;
  readonly status?: string | undefined;
  /** Only for activities. */
  readonly action?: string | undefined;
  /** Only for activities: leaves those of this action out, unless `action` names one. */
  readonly exceptAction?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
};

type VerificationFilter = Omit<LogFilter, 'action' | 'exceptAction'>;

type TimePage = PageRequest<Moment>;

/** The maximum number of verifications in one statement. */
const HANDLES_AT_ONCE = 100;

export type LogStore = ReturnType<typeof createLogStore>;

/** Reads the logs, newest first. Each filter has an index that starts with the account. */
export function createLogStore({ models, statements }: Database) {
  async function listActivities(
    filter: LogFilter,
    { limit, before }: TimePage,
  ): Promise<Page<LoggedActivity, Moment>> {
    const page = { limit: limit + 1, before };
    const except = toExceptFilter(filter);
    const where = except
      ? { id: await findNewestExcept(statements, except, page) }
      : toActivityWhere(filter, before);
    const rows = await models.ActivityLog.getSessionLogs(where, limit + 1);
    return toPage(rows.map(toLoggedActivity), limit, placeOf);
  }

  async function listVerifications(
    filter: VerificationFilter,
    { limit, before }: TimePage,
  ): Promise<Page<LoggedVerification, Moment>> {
    const where = { ...toWhere(filter, before), ...toLastDigits(filter.lastDigits) };
    const order: [string, string][] = [
      ['createdAt', 'DESC'],
      ['id', 'DESC'],
    ];
    const page = { where, order, limit: limit + 1 };
    const rows = await models.OTPLog.findRows(page, loggedVerification);
    return toPage(rows.map(toLoggedVerification), limit, placeOf);
  }

  /** Lists the deliveries of these verifications, those of each verification oldest first. */
  async function listDeliveries(verificationIds: readonly string[]): Promise<LoggedDelivery[]> {
    const pieces = chunk(verificationIds, HANDLES_AT_ONCE).map((verificationId) =>
      models.Delivery.findRows({ where: { verificationId }, order: ['id'] }, loggedDelivery),
    );
    return (await Promise.all(pieces)).flat();
  }

  return { listActivities, listVerifications, listDeliveries };
}

function placeOf({ createdAt, id }: { readonly createdAt: Date; readonly id: number }): Moment {
  return { at: createdAt, id };
}

function toActivityWhere(filter: LogFilter, before: Moment | undefined) {
  const { exceptAction } = filter;
  const action = filter.action ?? (exceptAction && { [Op.ne]: exceptAction });
  return { ...toWhere(filter, before), ...omitUndefined({ action }) };
}

/**
 * The filter of a page without one action, for which another index would be read past all entries of that action. A
 * session, a number and the status of errors have few entries, also of that action.
 */
function toExceptFilter(filter: LogFilter): ExceptFilter | undefined {
  const { accountId, exceptAction, action, sessionId, phoneNumber, status } = filter;
  if (accountId === undefined || exceptAction === undefined || action !== undefined)
    return undefined;
  const isNarrow = sessionId !== undefined || phoneNumber !== undefined || status === 'error';
  return isNarrow ? undefined : { ...filter, accountId, exceptAction };
}

/**
 * The position of a page has two conditions: with the first one every database uses an index, which
 * MySQL does not do with the `OR` alone.
 */
function toWhere(filter: VerificationFilter, before: Moment | undefined) {
  const { accountId, sessionId, phoneNumber, status, from, to } = filter;
  const times = [
    from && { [Op.gte]: from },
    to && { [Op.lt]: to },
    before && { [Op.lte]: before.at },
  ].filter((time) => time !== undefined);
  return {
    ...omitUndefined({ accountId, sessionId, phoneNumber, status }),
    ...(times.length > 0 && { createdAt: { [Op.and]: times } }),
    ...(before && {
      [Op.or]: [{ createdAt: { [Op.lt]: before.at } }, { id: { [Op.lt]: before.id } }],
    }),
  };
}

/** The index has the last four digits. The database compares more of them with the few numbers that it finds. */
function toLastDigits(digits: string | undefined) {
  if (digits === undefined) return {};
  const lastDigits = digits.slice(-LAST_DIGITS);
  return digits === lastDigits
    ? { lastDigits }
    : { lastDigits, phoneNumber: { [Op.like]: `%${digits}` } };
}
