import type { Caller } from '../../../domain/access/caller.ts';
import { assertMayFindRecipient, seesRecipients } from '../../../domain/access/recipient-access.ts';
import type { ActivityAction } from '../../../domain/activity.ts';
import { LAST_DIGITS } from '../../../domain/recipient.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { toSessionId } from '../../../domain/whatsapp/session-id.ts';
import type { LogFilter } from '../../../services/activity/read-logs.ts';
import { readRange } from '../analytics/parse-range.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';

/** A `+` that was not encoded arrives as a space. Without it, the number could be a different one. */
const DECODED_PLUS = /^ (?=[1-9])/;

/** The entries of calls that are nothing else. */
const CALL: ActivityAction = 'api_call';

type Query = {
  readonly accountId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly phoneNumber?: string | undefined;
  /** Normalised by its schema. */
  readonly email?: string | undefined;
  readonly action?: string | undefined;
  readonly lastDigits?: string | undefined;
  readonly calls?: 'true' | 'false' | undefined;
  readonly status?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timeZone: string;
};

/**
 * Converts a query to a filter of a log.
 * @throws {AppError} `invalid_phone`; `validation_failed` for a range that ends before it begins, two recipients, or
 * more last digits than the caller may see; `forbidden` for a recipient, if the caller sees them masked.
 */
export function readLogQuery(caller: Caller, query: Query, readNumber: ReadRecipient): LogFilter {
  const { accountId, sessionId, action, status } = query;
  // For an operator, the session belongs to the account of the query.
  const ownerId = (caller.seesAllAccounts ? accountId : undefined) ?? caller.accountId;
  const { from, to } = readRange(query);
  if (from && to && from >= to) {
    throw invalidField('from', 'must be before `to`', 'conflict');
  }
  return {
    ...{ accountId, action, status, from, to },
    sessionId: sessionId === undefined ? undefined : toSessionId(ownerId, sessionId),
    phoneNumber: readRecipient(caller, query, readNumber),
    lastDigits: readLastDigits(caller, query),
    exceptAction: query.calls === 'false' ? CALL : undefined,
  };
}

/** A masked number shows four digits. By more, the others could be guessed one by one. */
function readLastDigits(caller: Caller, { lastDigits, phoneNumber, email }: Query) {
  if (lastDigits === undefined) return undefined;
  if (phoneNumber !== undefined || email !== undefined) {
    throw invalidField('lastDigits', 'cannot be used with phoneNumber or email', 'conflict');
  }
  if (lastDigits.length > LAST_DIGITS && !seesRecipients(caller)) {
    const message = `must be ${LAST_DIGITS} digits, because you see numbers masked. More require the scope otp:send`;
    throw invalidField('lastDigits', message, 'too_long');
  }
  return lastDigits;
}

function readRecipient(
  caller: Caller,
  { phoneNumber, email }: Query,
  readNumber: ReadRecipient,
): string | undefined {
  if (phoneNumber === undefined && email === undefined) return undefined;
  assertMayFindRecipient(caller);
  if (phoneNumber === undefined) return email;
  if (email !== undefined)
    throw invalidField('email', 'cannot be used with phoneNumber', 'conflict');
  return readNumber(phoneNumber.replace(DECODED_PLUS, '+')).phoneNumber;
}
