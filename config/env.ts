import { isIP } from 'node:net';
import { z } from 'zod';
import { DURATION, toSeconds } from './duration.ts';

export const SECRET_KEY_BYTES = 32;
export const API_KEY_BYTES = 16;

const DAY_SECONDS = 86_400;

const integer = (min: number, max: number, fallback: number) =>
  z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .default(fallback);

/** A limit: how many in its window, 0 switches it off. */
const limit = (fallback: number) => integer(0, 1_000_000, fallback);

/** A comma-separated list; blanks around the commas do not count. */
const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    );

/** How long something is good: from a minute to `longest`. */
const duration = (longest: string, fallback: string) =>
  z
    .string()
    .regex(DURATION, { error: 'must be a whole number and s, m, h or d, such as 15m', abort: true })
    .refine((text) => toSeconds(text) >= toSeconds('1m'), 'must be at least 1m')
    .refine((text) => toSeconds(text) <= toSeconds(longest), `must be at most ${longest}`)
    .default(fallback);

const port = (fallback: number) => integer(1, 65_535, fallback);

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .optional();

const timeZone = z
  .string()
  .default('UTC')
  .refine((zone) => isTimeZone(zone), 'must be a time zone such as UTC or Asia/Jakarta');

/** Every variable the process reads. `.env.example` lists the same names with their meaning. */
const Variables = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(3000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TRUSTED_PROXIES: list('').refine(
    (proxies) => proxies.every(isNetwork),
    'must be addresses or networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
  ),
  CORS_ORIGINS: list(''),
  DEMO: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),

  DATABASE_URL: z
    .string()
    .regex(
      /^(sqlite|mysql|mariadb|postgres|postgresql):/,
      'must begin with sqlite:, mysql: or postgres:',
    )
    .refine(isDatabaseAddress, 'must be like mysql://user:password@host:3306/database')
    .optional(),
  DB_TYPE: z.enum(['sqlite', 'mysql', 'postgres']).default('sqlite'),
  DB_SQLITE_PATH: z.string().default('./database/whatsapp_api.db'),
  DB_MYSQL_HOST: z.string().default('127.0.0.1'),
  DB_MYSQL_PORT: port(3306),
  DB_MYSQL_USERNAME: z.string().default('root'),
  DB_MYSQL_PASSWORD: z.string().default(''),
  DB_MYSQL_DATABASE: z.string().default('waverify'),
  DB_POSTGRES_HOST: z.string().default('127.0.0.1'),
  DB_POSTGRES_PORT: port(5432),
  DB_POSTGRES_USERNAME: z.string().default('postgres'),
  DB_POSTGRES_PASSWORD: z.string().default(''),
  DB_POSTGRES_DATABASE: z.string().default('waverify'),
  DB_POOL_MAX: integer(2, 200, 10),
  STATE_PATH: z.string().optional(),

  SECRET_KEY: secret(SECRET_KEY_BYTES),
  SECRET_KEY_PREVIOUS: secret(SECRET_KEY_BYTES),
  API_KEY: secret(API_KEY_BYTES),
  JWT_EXPIRES_IN: duration('24h', '15m'),
  JWT_REFRESH_EXPIRES_IN: duration('90d', '7d'),

  OTP_LENGTH: integer(6, 10, 6),
  OTP_TTL_SECONDS: integer(30, 600, 300),
  OTP_MAX_ATTEMPTS: integer(1, 5, 3),
  OTP_RESEND_SECONDS: integer(0, DAY_SECONDS, 60),
  OTP_HASH_MEMORY_KIB: integer(1024, 1_048_576, 19_456),
  OTP_HASH_TIME_COST: integer(1, 16, 2),
  OTP_HASH_CONCURRENCY: integer(1, 64, 2),
  OTP_CHANNELS: list('whatsapp,console').pipe(
    z
      .array(z.enum(['whatsapp', 'http', 'console'], { error: 'knows whatsapp, http and console' }))
      .min(1, 'needs at least one channel'),
  ),
  OTP_DEFAULT_SESSION: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
    .default('default'),
  CHANNEL_TIMEOUT_SECONDS: integer(1, 60, 10),
  HTTP_CHANNEL_URL: httpUrl,
  HTTP_CHANNEL_TOKEN: z.string().optional(),

  WHATSAPP_SOCKET_URL: socketUrl(),
  WHATSAPP_VERSION: z
    .string()
    .regex(/^\d{1,5}(\.\d{1,10}){2}$/, 'must be like 2.3000.1043857760')
    .transform((text) => text.split('.').map(Number) as [number, number, number])
    .optional(),
  WHATSAPP_NEW_CONTACTS_PER_DAY: limit(20),
  WHATSAPP_SPACING_MS: integer(0, 60_000, 1000),
  WHATSAPP_ACK_SECONDS: integer(1, 30, 2),

  DEFAULT_REGION: region().default('ID'),
  ALLOWED_REGIONS: list('*').pipe(
    z.union([z.tuple([z.literal('*')]), z.array(region()).min(1)], {
      error: 'must be * or region codes such as ID,MY,SG',
    }),
  ),

  LIMIT_SENDS_PER_PHONE_HOUR: limit(5),
  LIMIT_SENDS_PER_PHONE_DAY: limit(10),
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: limit(20),
  LIMIT_SENDS_PER_PREFIX_HOUR: limit(30),
  LIMIT_FAILURES_PER_PHONE_HOUR: limit(10),
  LIMIT_FAILURES_PER_PHONE_DAY: limit(20),
  LIMIT_FAILURES_IN_A_ROW: limit(100),
  LIMIT_FAILURES_PER_IP_HOUR: limit(60),
  LIMIT_FAILURES_PER_KEY_HOUR: limit(300),
  LIMIT_STATUS_PER_PHONE_MINUTE: limit(60),
  LIMIT_LOGINS_PER_IP_MINUTE: limit(5),
  LIMIT_LOGIN_FAILURES_PER_USER_HOUR: limit(20),

  ACTIVITY_RETENTION_DAYS: integer(1, 3650, 30),
  OTP_RETENTION_DAYS: integer(1, 3650, 7),
  CRON_TIMEZONE: timeZone,
});

/** The names of all variables, in the order of the schema. */
export const variableNames: readonly string[] = Object.keys(Variables.shape);

const Env = Variables.superRefine((env, context) => {
  for (const [variable, message] of findContradictions(env)) {
    context.addIssue({ code: 'custom', path: [variable], message });
  }
});

export type Env = z.infer<typeof Variables>;

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Parses `source` into a typed environment. A variable `NAME_FILE` names a file whose text stands
 * for `NAME`, as container secrets are handed over; `readFile` reads it.
 * @throws {Error} one error that names every bad variable.
 */
export function readEnv(source: Source, readFile: (path: string) => string): Env {
  const result = Env.safeParse(withFiles(withoutEmpty(source), readFile));
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `  ${path.map(String).join('.')}: ${message}`,
  );
  throw new Error(`The environment is not usable:\n${faults.join('\n')}`);
}

/** Rules that need more than one variable. */
function findContradictions(env: Env): [variable: string, message: string][] {
  const faults: [string, string][] = [];
  if (env.OTP_CHANNELS.includes('http') && !env.HTTP_CHANNEL_URL) {
    faults.push(['HTTP_CHANNEL_URL', 'is required when OTP_CHANNELS has http']);
  }
  if (toSeconds(env.JWT_REFRESH_EXPIRES_IN) < toSeconds(env.JWT_EXPIRES_IN)) {
    faults.push(['JWT_REFRESH_EXPIRES_IN', 'must not be shorter than JWT_EXPIRES_IN']);
  }
  if (env.NODE_ENV !== 'production') return faults;
  const required = 'is required in production (openssl rand -hex 32 makes one)';
  if (!env.SECRET_KEY) faults.push(['SECRET_KEY', required]);
  if (!env.API_KEY) faults.push(['API_KEY', required]);
  if (env.OTP_CHANNELS.includes('console')) {
    faults.push([
      'OTP_CHANNELS',
      'console prints passcodes, so production refuses it: use whatsapp or http',
    ]);
  }
  return faults;
}

function secret(minBytes: number) {
  return z
    .string()
    .refine((text) => Buffer.byteLength(text) >= minBytes, `must have at least ${minBytes} bytes`)
    .optional();
}

/** Baileys checks no signature of the server's: beyond this machine, TLS alone tells who answers. */
function socketUrl() {
  return z
    .url({ protocol: /^wss?$/, error: 'must be a wss:// address' })
    .refine((text) => {
      if (!URL.canParse(text)) return true; // Said above.
      const { protocol, hostname } = new URL(text);
      return protocol === 'wss:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
    }, 'must be wss:// unless it is on this machine')
    .optional();
}

function region() {
  return z.string().regex(/^[A-Z]{2}$/, 'must be a region code such as ID');
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** An address, a network in CIDR form, or one of the names that proxy-addr knows. */
function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0) return ['loopback', 'linklocal', 'uniquelocal'].includes(text);
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

function isDatabaseAddress(text: string): boolean {
  return text.startsWith('sqlite:') ? text.length > 'sqlite:'.length : URL.canParse(text);
}

function readSecretFile(name: string, path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path).trim();
  } catch (error) {
    throw new Error(
      `The environment is not usable:\n  ${name}_FILE: ${path} cannot be read (${(error as Error).message})`,
    );
  }
}

/** `PORT=` in a .env file means "not set", so that its default applies. */
function withoutEmpty(source: Source): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
}

function withFiles(source: Source, readFile: (path: string) => string): Source {
  const merged: Record<string, string | undefined> = { ...source };
  for (const name of variableNames) {
    const path = source[`${name}_FILE`];
    if (path === undefined) continue;
    if (source[name] !== undefined) {
      throw new Error(
        `The environment is not usable:\n  ${name}: set it or ${name}_FILE, not both`,
      );
    }
    merged[name] = readSecretFile(name, path, readFile);
  }
  return merged;
}
