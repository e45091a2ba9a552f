/** Error codes of Node, SQLite, PostgreSQL (five characters), MySQL and MariaDB (ER_…), and their meaning. */
const REASONS: readonly (readonly [codes: RegExp, reason: string])[] = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL|53100|ER_DISK_FULL|ER_RECORD_FILE_FULL)$/, 'the disk is full'],
  [/^(EROFS|SQLITE_READONLY|25006|ER_OPTION_PREVENTS_STATEMENT|ER_READ_ONLY_MODE)$/, 'read-only'],
  [/^(SQLITE_NOTADB|SQLITE_CORRUPT)$/, 'the file is damaged, or not an SQLite database'],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)$/, 'another program holds a lock on the file'],
  [/^(EACCES|EPERM|SQLITE_PERM|SQLITE_AUTH)$/, 'permission denied'],
  [/^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EISDIR)$/, 'the file cannot be opened'],
  [/^EEXIST$/, 'a file exists where its folder should be'],
  [/^SQLITE_IOERR$/, 'the disk reported an input/output error'],
  [/^ECONNREFUSED$/, 'connection refused'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'no such host'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'the host does not respond'],
  [/^(ECONNRESET|EPIPE|PROTOCOL_CONNECTION_LOST|57P0[123])$/, 'the connection was closed'],
  [/^(28P01|28000|ER_ACCESS_DENIED_ERROR|ER_DBACCESS_DENIED_ERROR)$/, 'access denied'],
  [/^(3D000|ER_BAD_DB_ERROR)$/, 'the database does not exist'],
  [/^(53300|ER_CON_COUNT_ERROR|ER_TOO_MANY_USER_CONNECTIONS)$/, 'too many connections'],
  [/^(42501|ER_TABLEACCESS_DENIED_ERROR)$/, 'the database user lacks a permission'],
];

type Fault = { readonly code?: unknown; readonly parent?: Fault; readonly cause?: Fault };

/** The code from the driver or the operating system, at any depth of wrapped errors. */
export function findFaultCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, parent, cause } = error as Fault;
  const deeper = findFaultCode(parent) ?? findFaultCode(cause);
  return deeper ?? (typeof code === 'string' ? code : undefined);
}

/** Why a database failed, for the operator; undefined if the code is not known. */
export function findFaultReason(error: unknown): string | undefined {
  const code = findFaultCode(error);
  if (code === undefined) return undefined;
  return REASONS.find(([codes]) => codes.test(code))?.[1];
}
