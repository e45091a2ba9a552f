import type { Caller } from '../../domain/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { toSessionId } from '../../domain/session-id.ts';
import { readMoment } from '../../lib/time-zone.ts';
import type { LogFilter } from '../../services/logs/log-service.ts';
import type { ReadRecipient } from './read-verification.ts';

type Query = {
  readonly accountId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly action?: string | undefined;
  readonly status?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timeZone: string;
};

/**
 * Which rows of a log a query means.
 * @throws {AppError} `invalid_phone`; `validation_failed` for a range that ends before it begins.
 */
export function readLogQuery(caller: Caller, query: Query, readNumber: ReadRecipient): LogFilter {
  const { accountId, sessionId, phoneNumber, action, status, from, to, timeZone } = query;
  // An operator means the session of the account that they name.
  const ownerId = (caller.seesAllAccounts ? accountId : undefined) ?? caller.accountId;
  const range = {
    from: from === undefined ? undefined : readMoment(from, timeZone),
    to: to === undefined ? undefined : readMoment(to, timeZone),
  };
  if (range.from && range.to && range.from >= range.to) {
    const message = 'must be before `to`';
    throw new AppError('validation_failed', `from: ${message}`, {
      errors: [{ path: 'from', message }],
    });
  }
  return {
    ...{ accountId, action, status, ...range },
    sessionId: sessionId === undefined ? undefined : toSessionId(ownerId, sessionId),
    phoneNumber: phoneNumber === undefined ? undefined : readNumber(phoneNumber).phoneNumber,
  };
}
