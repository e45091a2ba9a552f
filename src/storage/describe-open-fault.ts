import type { DatabaseConfig } from '../../config/config.ts';
import { AppError } from '../domain/errors.ts';
import { findFaultCode, findFaultReason } from './fault-reason.ts';

/** A database cannot be opened. The message says which one, why, and what to do. */
export class DatabaseOpenError extends Error {
  override readonly name = 'DatabaseOpenError';
  /** Which database, and why. */
  readonly summary: string;
  /** What to do. */
  readonly advice: string;

  constructor(
    { summary, advice }: { readonly summary: string; readonly advice: string },
    cause: unknown,
  ) {
    super(`${summary}. ${advice}`, { cause });
    this.summary = summary;
    this.advice = advice;
  }
}

/** Describes for the operator why a database could not be opened or migrated. */
export function describeOpenFault(config: DatabaseConfig, thrown: unknown): Error {
  const error = thrown instanceof AppError ? thrown.cause : thrown;
  const code = findFaultCode(error) ?? '';
  const { message } = error as Error;
  const tls = findTlsFault(code, message);
  const reason = tls ?? findFaultReason(error) ?? readInnermost(error);
  // A fault in our own migrations has nothing to do with the connection.
  if (tls === undefined && findFaultReason(error) === undefined && !isConnecting(error)) {
    return error as Error;
  }
  const advice = tls === undefined ? adviseOn(code, config) : TLS_ADVICE;
  const summary = `Cannot open the database ${nameOf(config)}: ${reason}`;
  return new DatabaseOpenError({ summary, advice }, error);
}

/** The address without its password. */
function nameOf(config: DatabaseConfig): string {
  if (config.dialect === 'sqlite') return config.storage;
  const { dialect, username, host, port, database } = config;
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${dialect}://${username}@${shown}:${port}/${database}`;
}

function adviseOn(code: string, config: DatabaseConfig): string {
  if (config.dialect === 'sqlite') return FILE_ADVICE[code] ?? OTHER_FILE_ADVICE;
  const { database, username } = config;
  const advice: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Check that the server is running and that the host and port are correct.',
    ENOTFOUND: 'Check the host name.',
    '3D000': `Create it: CREATE DATABASE ${database} OWNER ${username}`,
    ER_BAD_DB_ERROR: `Create it: CREATE DATABASE ${database}`,
    ER_DBACCESS_DENIED_ERROR: `Grant it: GRANT ALL ON ${database}.* TO '${username}'`,
    '42501': `Make ${username} its owner (ALTER DATABASE ${database} OWNER TO ${username}), or grant it, connected to ${database}: GRANT ALL ON SCHEMA public TO ${username}`,
    '28P01': 'Check the user name and the password.',
    '28000': 'Check the user name and the password, and that pg_hba.conf allows this host.',
    ER_ACCESS_DENIED_ERROR: 'Check the user name and the password.',
  };
  return (
    advice[code] ??
    'Check that the server is running and that DATABASE_URL (or DB_*) has the correct address.'
  );
}

const FILE_ADVICE: Readonly<Record<string, string>> = {
  EROFS: 'Set DB_SQLITE_PATH (or DATABASE_URL) to a file in a writable folder.',
  SQLITE_READONLY: 'The user that runs Waverify needs write access to the file and its folder.',
  EACCES: 'The user that runs Waverify needs write access to the file and its folder.',
  SQLITE_NOTADB: 'Restore a backup, or set DB_SQLITE_PATH to another file.',
  SQLITE_CORRUPT: 'Restore a backup, or set DB_SQLITE_PATH to another file.',
  SQLITE_FULL: 'Free some space.',
  ENOSPC: 'Free some space.',
  SQLITE_BUSY: 'Stop that program first.',
};
const OTHER_FILE_ADVICE = 'Set DB_SQLITE_PATH (or DATABASE_URL) to a file in a writable folder.';

const TLS_ADVICE = 'See DB_SSL and DB_SSL_CA.';

/** OpenSSL codes as Node names them, and messages of the drivers that have no code. */
const TLS_FAULTS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /HANDSHAKE_NO_SSL_SUPPORT|does not support (SSL|secure) connections?/i,
    'the server does not support TLS',
  ],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'the server certificate is for another host'],
  [/CERT_HAS_EXPIRED/, 'the server certificate has expired'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|UNABLE_TO_GET_ISSUER|CERT_SIGNATURE_FAILURE/,
    'the server certificate is not signed by a trusted authority',
  ],
  [
    /ER_SECURE_TRANSPORT_REQUIRED|no encryption|insecure transport|require_secure_transport/i,
    'the server requires TLS',
  ],
  [/^ERR_(SSL|OSSL)|wrong version number|EPROTO/i, 'TLS failed'],
];

function findTlsFault(code: string, message: string): string | undefined {
  return TLS_FAULTS.find(([pattern]) => pattern.test(code) || pattern.test(message))?.[1];
}

/** Sequelize has its own errors for what goes wrong before a statement runs. */
function isConnecting(error: unknown): boolean {
  const { name } = error as Error;
  return /^Sequelize(Connection|AccessDenied|Host|InvalidConnection)/.test(name);
}

function readInnermost(error: unknown): string {
  const { parent, cause, message } = error as Error & { parent?: Error };
  return parent?.message ?? (cause as Error | undefined)?.message ?? message;
}
