import { z } from 'zod';
import { channelVariables, defaultChannels } from '../src/channels/registry.ts';
import { findContradictions, findUselessRedis } from './contradictions.ts';
import { type DatabaseTls, findDatabaseTls } from './database/database-tls.ts';
import { parseDatabaseUrl, parseFile, TLS_MODES } from './database/database-url.ts';
import {
  baseUrl,
  choice,
  duration,
  faultsOf,
  headerSecret,
  integer,
  isNetwork,
  isNetworkRange,
  isRegion,
  limit,
  list,
  origins,
  port,
  redisUrl,
  secret,
  shown,
  timeZone,
  wholeNumber,
} from './fields.ts';
import {
  type ChannelSettings,
  describeUnused,
  listLabelledVariables,
  readChannels,
} from './read-channels.ts';
import {
  isFaulty,
  type NamedFault,
  type ReadFile,
  readVariables,
  type Source,
} from './read-variables.ts';
import { tracingVariables } from './tracing.ts';
import { describeUnknown } from './unknown-variables.ts';

export const SECRET_KEY_BYTES = 32;
export const API_KEY_BYTES = 16;

const DAY_SECONDS = 86_400;

/** Other common names of the databases. */
const DB_TYPES: Readonly<Record<string, string>> = { mariadb: 'mysql', postgresql: 'postgres' };

/** Every variable that the process reads. `.env.example` documents the same names. */
const Variables = z.object({
  NODE_ENV: choice(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(3000),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TRUSTED_PROXIES: list('', {
    isItem: isNetwork,
    kind: 'an address or a network such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
  }),
  CORS_ORIGINS: origins(),
  PAGE_ORIGINS: origins(),
  DEMO: choice(['true', 'false', 'public']).default('false'),

  DATABASE_URL: z.string().check(faultsOf(parseDatabaseUrl)).optional(),
  DB_TYPE: z
    .string()
    .transform((type) => DB_TYPES[type] ?? type)
    .pipe(choice(['sqlite', 'mysql', 'postgres'], 'sqlite, mysql, mariadb, postgres'))
    .default('sqlite'),
  DB_SQLITE_PATH: z.string().check(faultsOf(parseFile)).default('./database/whatsapp_api.db'),
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
  DB_SSL: choice(TLS_MODES).optional(),
  DB_SSL_CA: z.string().optional(),
  STATE_PATH: z.string().optional(),
  REDIS_URL: redisUrl(),

  SECRET_KEY: secret(SECRET_KEY_BYTES).optional(),
  SECRET_KEY_PREVIOUS: secret(SECRET_KEY_BYTES).optional(),
  API_KEY: headerSecret(API_KEY_BYTES).optional(),
  JWT_EXPIRES_IN: duration('24h', '15m'),
  JWT_REFRESH_EXPIRES_IN: duration('90d', '7d'),

  OTP_LENGTH: integer(6, 10, 6),
  OTP_TTL_SECONDS: integer(30, 600, 300),
  OTP_MAX_ATTEMPTS: integer(1, 5, 3),
  OTP_RESEND_SECONDS: integer(0, DAY_SECONDS, 60),
  OTP_RESEND_CODE: choice(['same', 'new']).default('same'),
  OTP_HASH_MEMORY_KIB: integer(1024, 1_048_576, 19_456),
  OTP_HASH_TIME_COST: integer(1, 16, 2),
  OTP_HASH_CONCURRENCY: integer(1, 64, 2),
  OTP_HASH_MAX_WAIT_SECONDS: integer(1, 60, 15),
  // read-channels.ts checks the names.
  OTP_CHANNELS: list(defaultChannels.join(','), { isItem: () => true, kind: '' }).refine(
    (names) => names.length > 0,
    'needs at least one channel',
  ),
  OTP_DEFAULT_SESSION: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
    .default('default'),
  CHANNEL_TIMEOUT_SECONDS: integer(1, 60, 10),
  PUBLIC_URL: baseUrl(),
  DELIVERY_WAIT_SECONDS: wholeNumber(5, 600).optional(),
  DELIVERY_UNTIL: choice(['accepted', 'delivered', 'read']).default('delivered'),
  ...channelVariables,

  DEFAULT_REGION: z
    .string()
    .refine(isRegion, shown('is not a region code such as ID (ISO 3166, capital letters)'))
    .default('ID'),
  ALLOWED_REGIONS: list('*', {
    isItem: (code, { length }) => isRegion(code) || (code === '*' && length === 1),
    kind: 'a region code (write ID,MY,SG, or * alone for all regions)',
  }).refine((codes) => codes.length > 0, 'must be * or region codes such as ID,MY,SG'),

  PHONE_VALIDATION: z
    .enum(['valid', 'possible'], { error: 'must be valid or possible' })
    .default('valid'),
  COMPANY_NAMES_WITH_LINKS: list('', { isItem: () => true, kind: 'a name' }),

  LIMIT_SENDS_PER_PHONE_HOUR: limit(5),
  LIMIT_SENDS_PER_PHONE_DAY: limit(10),
  LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: limit(20),
  LIMIT_SENDS_PER_PREFIX_HOUR: limit(30),
  LIMIT_SENDS_PER_KEY_HOUR: limit(2000),
  LIMIT_SENDS_PER_IP_HOUR: limit(60),
  LIMIT_SENDS_PER_ACCOUNT_DAY: limit(20_000),
  LIMIT_SENDS_PER_REGION_HOUR: limit(5000),
  LIMIT_SENDS_IN_ALL_HOUR: limit(25_000),
  PUMPING_GUARD: z
    .enum(['record', 'block', 'off'], { error: 'must be record, block or off' })
    .default('record'),
  LIMIT_FAILURES_PER_PHONE_HOUR: limit(10),
  LIMIT_FAILURES_PER_PHONE_DAY: limit(20),
  LIMIT_FAILURES_IN_A_ROW: limit(100),
  LIMIT_FAILURES_PER_IP_HOUR: limit(60),
  LIMIT_FAILURES_PER_KEY_HOUR: limit(300),
  LIMIT_STATUS_PER_PHONE_MINUTE: limit(60),
  LIMIT_LOGINS_PER_IP_MINUTE: limit(5),
  LIMIT_LOGIN_FAILURES_PER_USER_HOUR: limit(20),
  LIMIT_LOGIN_FAILURES_PER_USER_DAY: limit(100),
  LIMIT_LOGINS_FROM_NEW_NETWORKS_MINUTE: limit(300),
  LIMIT_WRONG_KEYS_PER_IP_MINUTE: limit(60),
  LIMIT_SESSIONS_PER_ACCOUNT: limit(20),

  WEBHOOK_ALLOWED_NETWORKS: list('', {
    isItem: isNetworkRange,
    kind: 'an address or a network such as 10.0.0.0/8',
  }),

  ACTIVITY_RETENTION_DAYS: integer(1, 3650, 30),
  OTP_RETENTION_DAYS: integer(1, 3650, 7),
  EVENT_RETENTION_DAYS: integer(1, 3650, 30),
  MESSAGE_RETENTION_DAYS: integer(1, 3650, 30),
  MEDIA_PATH: z.string().min(1).default('./database/media'),
  MEDIA_RETENTION_DAYS: integer(1, 3650, 7),
  MEDIA_MAX_MB: integer(1, 100, 64),
  MEDIA_ALLOWED_NETWORKS: list('', {
    isItem: isNetworkRange,
    kind: 'an address or a network such as 10.0.0.0/8',
  }),
  MEDIA_S3_ENDPOINT: baseUrl(),
  MEDIA_S3_REGION: z.string().min(1).default('us-east-1'),
  MEDIA_S3_BUCKET: z
    .string()
    .regex(/^[\w.-]{3,63}$/, 'must be the name of a bucket')
    .optional(),
  MEDIA_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  MEDIA_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  MEDIA_S3_PREFIX: z
    .string()
    .regex(/^(?:[\w.-]+\/)*$/, 'must end with /, such as waverify/')
    .default(''),
  CRON_TIMEZONE: timeZone,
  ...tracingVariables,
});

/** The names of all variables, in the order of the schema. */
export const variableNames: readonly string[] = Object.keys(Variables.shape);

type Values = z.infer<typeof Variables>;

export type Env = Values & {
  /** From DATABASE_URL, DB_SSL and DB_SSL_CA together; absent when the connection is not encrypted. */
  readonly databaseTls?: DatabaseTls;
  /** The channels of OTP_CHANNELS, with the values of their variables. */
  readonly channels: readonly ChannelSettings[];
};

/**
 * Parses `source` into a typed environment; `readFile` reads the files of variables such as `API_KEY_FILE`.
 * @throws {Error} one error that lists every fault.
 */
export function readEnv(
  source: Source,
  readFile: ReadFile,
  findMore: (env: Partial<Env>) => readonly NamedFault[] = () => [],
): Env {
  const parsed = readVariables(Variables.shape, source, readFile);
  const values = parsed.values as Partial<Values>;
  const isBad = (name: string) => isFaulty(name, parsed.faults);
  const isDatabaseKnown = !isBad('DATABASE_URL');
  const tls = isDatabaseKnown ? findDatabaseTls(values, readFile) : undefined;
  const useless = isDatabaseKnown ? findUselessRedis(values) : [];
  const { channels, faults } = readChannels(values.OTP_CHANNELS ?? [], {
    values,
    source,
    readFile,
  });
  const env = { ...values, channels, ...(tls?.found && { databaseTls: tls.found }) };
  // A variable that failed its own check is not reported as missing as well.
  const others = [...faults, ...findContradictions(env)].filter(([name]) => !isBad(name));
  const all = [...parsed.faults, ...(tls?.faults ?? []), ...useless, ...others, ...findMore(env)];
  if (all.length === 0) return env as Env; // Every variable was parsed.
  throw new Error(describeFaults(all, describeUnread(source, channels)));
}

/** Lists faults in the order of the schema, each once. Those of channels with a label are at the end. */
function describeFaults(faults: readonly NamedFault[], hints: readonly string[]): string {
  const order = (name: string) => {
    const index = variableNames.indexOf(name.replace(/_FILE$/, ''));
    return index < 0 ? variableNames.length : index;
  };
  const sorted = [...faults].sort(([a], [b]) => order(a) - order(b));
  const lines = new Set(sorted.map(([name, message]) => `${name}: ${message}`));
  return ['Invalid configuration:', ...[...lines, ...hints].map((line) => `  ${line}`)].join('\n');
}

/** One line for each variable that seems to be meant for us but has no effect. */
export function describeUnread(source: Source, channels: readonly ChannelSettings[]): string[] {
  const known = [...variableNames, ...listLabelledVariables(channels)];
  return [...describeUnknown(source, known), ...describeUnused(source, channels)];
}
