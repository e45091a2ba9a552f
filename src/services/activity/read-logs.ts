import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import type { Moment, Page, PageRequest } from '../../domain/page.ts';
import { invalidField } from '../../domain/refusal.ts';
import type {
  LoggedActivity,
  LoggedDelivery,
  LoggedVerification,
} from '../../storage/activity/log-entry.ts';
import type { LogFilter, LogStore } from '../../storage/activity/log-store.ts';

export type { LogFilter, LoggedActivity, LoggedDelivery };

/** A verification with its latest delivery. */
export type VerificationLogEntry = LoggedVerification & {
  readonly delivery: LoggedDelivery | undefined;
};

type TimePage = PageRequest<Moment>;

/**
 * What reading the logs needs. Callers see the logs of their account, operators those of all accounts.
 * Each function throws an `AppError` `forbidden` for a key that is restricted to a part of its
 * account, and `validation_failed` for an operator who filters without naming an account.
 */
export type LogContext = { readonly logs: LogStore };

const NOTHING = { items: [], next: undefined };

/** Rows per page of an export, and in all. */
const EXPORT_PAGE = 500;
const MOST_EXPORTED = 1_000_000;

export async function listActivity(
  { logs }: LogContext,
  caller: Caller,
  asked: LogFilter,
  page: TimePage,
): Promise<Page<LoggedActivity, Moment>> {
  const filter = toVisible(caller, asked);
  return filter ? logs.listActivities(filter, page) : NOTHING;
}

/** Lists failed activities only. */
export function listErrors(ctx: LogContext, caller: Caller, asked: LogFilter, page: TimePage) {
  return listActivity(ctx, caller, { ...asked, status: 'error' }, page);
}

export async function listVerifications(
  { logs }: LogContext,
  caller: Caller,
  asked: LogFilter,
  page: TimePage,
): Promise<Page<VerificationLogEntry, Moment>> {
  const filter = toVisible(caller, asked);
  if (!filter) return NOTHING;
  const { items, next } = await logs.listVerifications(filter, page);
  const deliveries = await logs.listDeliveries(items.map((one) => one.verificationId));
  const latest = new Map(deliveries.map((one) => [one.verificationId, one]));
  const found = items.map((one) => ({ ...one, delivery: latest.get(one.verificationId) }));
  return { items: found, next };
}

/** Reads all pages of `list`, up to the size limit of an export. */
export async function* readAllPages<T>(
  list: (page: TimePage) => Promise<Page<T, Moment>>,
): AsyncGenerator<readonly T[], void> {
  let before: Moment | undefined;
  for (let rows = 0; rows < MOST_EXPORTED; rows += EXPORT_PAGE) {
    const { items, next } = await list({ limit: EXPORT_PAGE, before });
    yield items;
    if (next === undefined) return;
    before = next;
  }
}

/** Restricts a filter to what the caller may see; undefined if that is nothing. */
function toVisible(caller: Caller, asked: LogFilter): LogFilter | undefined {
  assertSeesWholeAccount(caller.restrictions);
  const { accountId, exceptAction, ...filters } = asked;
  const others = { ...filters, exceptAction };
  if (!caller.seesAllAccounts) {
    const isOwn = accountId === undefined || accountId === caller.accountId;
    return isOwn ? { ...others, accountId: caller.accountId } : undefined;
  }
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  if (accountId === undefined && isFiltered) {
    const message =
      'is required when you filter the log. Name an account, or leave out all filters.';
    throw invalidField('accountId', message, 'required');
  }
  return asked;
}
