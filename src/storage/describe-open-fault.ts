import type { DatabaseConfig } from '../../config/config.ts';
import { AppError } from '../domain/errors.ts';
import { findFaultCode, findFaultReason } from './fault-reason.ts';

/** A database that cannot be opened, told to the operator: which one, why, and what to do. */
class DatabaseNotOpen extends Error {
  override readonly name = 'DatabaseNotOpen';
}

/** Turns what opening or migrating a database failed with into one sentence for the operator. */
export function toNotOpen(config: DatabaseConfig, thrown: unknown): Error {
  const error = thrown instanceof AppError ? thrown.cause : thrown;
  const code = findFaultCode(error) ?? '';
  const { message } = error as Error;
  const tls = findTlsFault(code, message);
  const reason = tls ?? findFaultReason(error) ?? readInnermost(error);
  // A fault of our own migrations is no matter of the connection.
  if (tls === undefined && findFaultReason(error) === undefined && !isConnecting(error)) {
    return error as Error;
  }
  const advice = tls === undefined ? adviseOn(code, config) : TLS_ADVICE;
  return new DatabaseNotOpen(
    `Cannot open the database ${nameOf(config)}: ${reason}. ${advice}`.trimEnd(),
    { cause: error },
  );
}

/** The address without its password. */
function nameOf(config: DatabaseConfig): string {
  if (config.dialect === 'sqlite') return config.storage;
  const { dialect, username, host, port, database } = config;
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${dialect}://${username}@${shown}:${port}/${database}`;
}

function adviseOn(code: string, config: DatabaseConfig): string {
  if (config.dialect === 'sqlite') return FILE_ADVICE[code] ?? FILE_ADVICE['other'] ?? '';
  const { database, username } = config;
  const advice: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Is the server running, and are host and port right?',
    ENOTFOUND: 'Is the name of the host right?',
    '3D000': `Create it: CREATE DATABASE ${database}`,
    ER_BAD_DB_ERROR: `Create it: CREATE DATABASE ${database}`,
    ER_DBACCESS_DENIED_ERROR: `Grant it: GRANT ALL ON ${database}.* TO '${username}'`,
    '42501': `Grant it: GRANT ALL ON DATABASE ${database} TO ${username}, and on its schema public`,
    '28P01': 'Are the user and the password right?',
    '28000': 'Are the user and the password right, and does pg_hba.conf let this host in?',
    ER_ACCESS_DENIED_ERROR: 'Are the user and the password right?',
  };
  return (
    advice[code] ?? 'Is the server running, and does DATABASE_URL (or DB_*) say the right address?'
  );
}

const FILE_ADVICE: Readonly<Record<string, string>> = {
  EROFS: 'Let DB_SQLITE_PATH (or DATABASE_URL) name a file in a folder that can be written to.',
  SQLITE_READONLY: 'Let DB_SQLITE_PATH (or DATABASE_URL) name a file that can be written to.',
  EACCES: 'Whoever runs Waverify must be able to write to the file and its folder.',
  SQLITE_NOTADB: 'Restore a backup, or name another file by DB_SQLITE_PATH.',
  SQLITE_CORRUPT: 'Restore a backup, or name another file by DB_SQLITE_PATH.',
  SQLITE_FULL: 'Make room on it.',
  ENOSPC: 'Make room on it.',
  SQLITE_BUSY: 'End that program first.',
  other: 'Let DB_SQLITE_PATH (or DATABASE_URL) name a file in a folder that can be written to.',
};

const TLS_ADVICE = 'See DB_SSL and DB_SSL_CA.';

/** Codes of OpenSSL as Node names them, and what the drivers say for want of a code. */
const TLS_FAULTS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /HANDSHAKE_NO_SSL_SUPPORT|does not support (SSL|secure) connections?/i,
    'the server offers no TLS',
  ],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'the certificate of the server is for another host'],
  [/CERT_HAS_EXPIRED/, 'the certificate of the server has expired'],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|UNABLE_TO_GET_ISSUER|CERT_SIGNATURE_FAILURE/,
    'the certificate of the server is of no authority that we know',
  ],
  [
    /ER_SECURE_TRANSPORT_REQUIRED|no encryption|insecure transport|require_secure_transport/i,
    'the server wants TLS',
  ],
  [/^ERR_(SSL|OSSL)|wrong version number|EPROTO/i, 'TLS failed'],
];

function findTlsFault(code: string, message: string): string | undefined {
  return TLS_FAULTS.find(([pattern]) => pattern.test(code) || pattern.test(message))?.[1];
}

/** Sequelize names what happens before a statement runs by errors of its own. */
function isConnecting(error: unknown): boolean {
  const { name } = error as Error;
  return /^Sequelize(Connection|AccessDenied|Host|InvalidConnection)/.test(name);
}

function readInnermost(error: unknown): string {
  const { parent, cause, message } = error as Error & { parent?: Error };
  return parent?.message ?? (cause as Error | undefined)?.message ?? message;
}
