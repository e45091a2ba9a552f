import { Fault } from '../fault.ts';

export const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** The TLS settings as given: files are not read yet. */
export type TlsWish = {
  readonly mode?: TlsMode;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
};

export type DatabaseAddress =
  | { readonly dialect: 'sqlite'; readonly storage: string }
  | {
      readonly dialect: 'mysql' | 'postgres';
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
      readonly database: string;
      readonly tls: TlsWish;
    };

const DIALECTS: Readonly<Record<string, 'mysql' | 'postgres'>> = {
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
};

const FORM = 'must be like mysql://user:password@host:3306/database';

/**
 * Reads `sqlite:PATH`, `mysql://user:password@host:port/database` and `postgres://…`.
 * @throws {Fault} whose message never contains the password.
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  if (text.startsWith('sqlite:')) return parseFile(text.slice('sqlite:'.length));
  const url = parseUrl(text);
  const dialect = DIALECTS[url.protocol];
  if (!dialect) throw new Fault('must begin with sqlite:, mysql:, mariadb: or postgres:');
  if (url.hash) throw new Fault('contains a #: write it as %23');
  if (!url.hostname) throw new Fault(`has no host: it ${FORM}`);
  if (url.port === '0') throw new Fault('has port 0: a port must be from 1 to 65535');
  const database = decode('the database name', url.pathname.slice(1));
  if (!database) throw new Fault(`has no database name: it ${FORM}`);
  if (database.includes('/')) {
    throw new Fault('has more than one / after the host: write / in a password as %2F');
  }
  return {
    dialect,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (dialect === 'postgres' ? 5432 : 3306),
    username: decode('the user name', url.username),
    password: decode('the password', url.password),
    database,
    tls: readTls(url.searchParams),
  };
}

/** Parses the file path of a `sqlite:` URL or of `DB_SQLITE_PATH`. @throws {Fault} */
export function parseFile(text: string): DatabaseAddress {
  const storage = text.replace(/^\/\/(?!\/)/, '');
  if (!storage) throw new Fault('has no file: it must be like sqlite:./database/waverify.db');
  if (storage.includes(':memory:'))
    throw new Fault('must be a file: an in-memory database is lost at every restart');
  const [, parameters] = storage.split('?');
  if (parameters) refuseParameter(parameters.split('=', 1)[0] ?? '');
  return { dialect: 'sqlite', storage };
}

function parseUrl(text: string): URL {
  if (!/^[a-z]+:/.test(text) || !(`${text.split(':', 1)[0]}:` in DIALECTS)) {
    throw new Fault('must begin with sqlite:, mysql:, mariadb: or postgres:');
  }
  if (URL.canParse(text)) return new URL(text);
  throw new Fault(`${FORM}; write / : @ # ? % in a password as %2F %3A %40 %23 %3F %25`);
}

function decode(what: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault(`has an invalid % in ${what}: write % as %25`);
  }
}

/** The names that PostgreSQL (libpq) and MySQL use for the same modes. */
const MODES: Readonly<Record<string, TlsMode>> = {
  ...Object.fromEntries(TLS_MODES.map((mode) => [mode, mode])),
  ...{ disabled: 'disable', required: 'require', verify_ca: 'verify-ca' },
  ...{
    verify_identity: 'verify-full',
    'verify-identity': 'verify-full',
    verify_full: 'verify-full',
  },
};

const MAY_GO_WITHOUT = new Set(['allow', 'prefer', 'preferred']);

/** `ssl=true` is `sslmode=require`, as libpq reads it. */
const SWITCH: Readonly<Record<string, TlsMode>> = {
  ...{ true: 'require', 1: 'require', false: 'disable', 0: 'disable' },
};

/** Parameters by spelling: `ssl-ca`, `ssl_ca`, `sslca` and `sslrootcert` mean the same. */
const PARAMETERS: Readonly<Record<string, 'mode' | 'switch' | 'ca' | 'cert' | 'key'>> = {
  sslmode: 'mode',
  ssl: 'switch',
  sslrootcert: 'ca',
  sslca: 'ca',
  sslcert: 'cert',
  sslkey: 'key',
};

function readTls(parameters: URLSearchParams): TlsWish {
  const wish: { -readonly [K in keyof TlsWish]: TlsWish[K] } = {};
  for (const [name, value] of parameters) {
    const { key, text } = readParameter(name, value);
    if (wish[key] !== undefined && wish[key] !== text) {
      throw new Fault(`the parameter "${name}" contradicts another one`);
    }
    Object.assign(wish, { [key]: text });
  }
  return wish;
}

function readParameter(name: string, value: string): { key: keyof TlsWish; text: string } {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  const meaning = Object.hasOwn(PARAMETERS, plain) ? PARAMETERS[plain] : undefined;
  if (!meaning) refuseParameter(name);
  if (!value) throw new Fault(`the parameter "${name}" is empty`);
  if (meaning === 'mode') return { key: 'mode', text: readMode(name, value.toLowerCase(), MODES) };
  if (meaning === 'switch') {
    return { key: 'mode', text: readMode(name, value.toLowerCase(), SWITCH) };
  }
  return { key: meaning, text: value };
}

function readMode(name: string, value: string, modes: Readonly<Record<string, TlsMode>>): TlsMode {
  const mode = Object.hasOwn(modes, value) ? modes[value] : undefined;
  if (mode) return mode;
  if (MAY_GO_WITHOUT.has(value)) {
    throw new Fault(
      `${name}=${value} may fall back to no TLS: use disable, require, verify-ca or verify-full`,
    );
  }
  throw new Fault(
    `${name} must be ${modes === SWITCH ? 'true or false' : 'disable, require, verify-ca or verify-full'}`,
  );
}

function refuseParameter(name: string): never {
  const shown = /^[\w.-]{1,40}$/.test(name) ? `"${name}"` : 'in it';
  throw new Fault(
    `the parameter ${shown} is not known (sslmode, ssl, sslrootcert, sslcert and sslkey are)`,
  );
}
