import { isIP } from 'node:net';
import { Fault } from '../fault.ts';
import { parseDatabaseUrl, type TlsMode, type TlsWish } from './database-url.ts';

/** How a connection is encrypted. Certificates and keys are PEM text. */
export type DatabaseTls = {
  readonly mode: Exclude<TlsMode, 'disable'>;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
};

type ReadFile = (path: string) => string;
type NamedFault = readonly [variable: string, message: string];

/** Absent values were not set, or failed their own check. */
type Variables = {
  readonly DATABASE_URL?: string | undefined;
  readonly DB_TYPE?: string;
  readonly DB_SSL?: TlsMode | undefined;
  readonly DB_SSL_CA?: string | undefined;
};

/** libpq's name for the certificate authorities of the system. */
const SYSTEM = 'system';

/** Combines DATABASE_URL, DB_SSL and DB_SSL_CA, and reads the certificates. */
export function findDatabaseTls(
  { DATABASE_URL: url, DB_TYPE: type, DB_SSL: mode, DB_SSL_CA: ca }: Variables,
  readFile: ReadFile,
): { readonly faults: readonly NamedFault[]; readonly found?: DatabaseTls | undefined } {
  const given = { ...(mode && { mode }), ...(ca && { ca }) };
  const address = url === undefined ? undefined : parseDatabaseUrl(url);
  if ((address?.dialect ?? type) === 'sqlite') return { faults: findUseless(given) };
  try {
    const wish = address && 'tls' in address ? address.tls : {};
    return { faults: [], found: resolveTls(putTogether(wish, given), readFile) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { faults: [[blameOf(given), error.message]] };
  }
}

function findUseless({ mode, ca }: TlsWish): NamedFault[] {
  const useless = 'does not apply to SQLite: there is no connection to encrypt';
  return [
    ...(mode && mode !== 'disable' ? [['DB_SSL', useless] as const] : []),
    ...(ca ? [['DB_SSL_CA', useless] as const] : []),
  ];
}

/** The variable to report when several disagree. */
function blameOf({ mode, ca }: TlsWish): string {
  if (ca) return 'DB_SSL_CA';
  return mode ? 'DB_SSL' : 'DATABASE_URL';
}

function putTogether(address: TlsWish, variables: TlsWish): TlsWish {
  if (address.mode && variables.mode && address.mode !== variables.mode) {
    throw new Fault('contradicts sslmode in DATABASE_URL: set only one of them');
  }
  if (address.ca && variables.ca) {
    throw new Fault('DATABASE_URL also names a CA certificate: set only one of them');
  }
  return { ...address, ...variables };
}

function resolveTls(wish: TlsWish, readFile: ReadFile): DatabaseTls | undefined {
  const { ca, cert, key } = wish;
  const hasCertificate = Boolean(ca ?? cert ?? key);
  const mode = wish.mode ?? (hasCertificate ? 'verify-full' : 'disable');
  if (mode === 'disable') {
    if (hasCertificate) throw new Fault('names a certificate, but TLS is disabled');
    return undefined;
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new Fault('sslcert and sslkey must be set together');
  }
  return {
    // A CA with `require` means that the certificate is to be verified, as in libpq.
    mode: mode === 'require' && ca !== undefined ? 'verify-ca' : mode,
    ...(ca !== undefined && ca !== SYSTEM && { ca: readPem('the CA certificate', ca, readFile) }),
    ...readOwnCertificate(wish, readFile),
  };
}

/** The client certificate. */
function readOwnCertificate({ cert, key }: TlsWish, readFile: ReadFile) {
  if (cert === undefined || key === undefined) return {};
  return { cert: readPem('sslcert', cert, readFile), key: readPem('sslkey', key, readFile) };
}

/** Reads a certificate or key: the value itself if it is PEM, otherwise the file at that path. */
function readPem(what: string, value: string, readFile: ReadFile): string {
  const isPem = value.includes(PEM);
  const pem = isPem ? value.replaceAll('\\n', '\n') : read(what, value, readFile);
  if (pem.includes(PEM)) return pem;
  throw new Fault(`${what} is not PEM: it must contain ${PEM}…-----`);
}

const PEM = '-----BEGIN ';

function read(what: string, path: string, readFile: ReadFile): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new Fault(`${what} cannot be read (${(error as Error).message})`);
  }
}

/** Whether a connection to `host` stays on this machine. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
