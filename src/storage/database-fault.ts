import { AppError } from '../domain/errors.ts';
import { findFaultReason } from './fault-reason.ts';

/** Faults of our own statements, which stay unknown errors. Any other code is a fault of the database. */
const OUR_FAULT =
  /^(42|23|22|ER_PARSE_ERROR|ER_BAD_FIELD|ER_NO_SUCH_TABLE|ER_DUP_ENTRY|ER_NO_REFERENCED_ROW|ER_BAD_NULL_ERROR|ER_DATA_TOO_LONG|SQLITE_ERROR|SQLITE_CONSTRAINT|SQLITE_RANGE|SQLITE_MISUSE)/;

/** @throws {AppError} `database_unavailable`, unless the statement itself is at fault. */
export function throwDatabaseFault(error: unknown): never {
  if (error instanceof AppError) throw error;
  const { code, parent } = error as { code?: string; parent?: { code?: string } };
  if (OUR_FAULT.test(parent?.code ?? code ?? '')) throw error;
  const reason = findFaultReason(error);
  throw new AppError('database_unavailable', 'The database does not respond. Try again.', {
    cause: error,
    ...(reason && { reason }),
    retryAfterSeconds: 1,
  });
}
