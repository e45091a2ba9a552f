import { pickChannelValues } from '../src/channels/registry.ts';
import type { DatabaseTls } from './database/database-tls.ts';
import { parseDatabaseUrl } from './database/database-url.ts';
import { toSeconds } from './duration.ts';
import type { Env } from './env.ts';
import { toTracing } from './tracing.ts';

export type DatabaseConfig =
  | { readonly dialect: 'sqlite'; readonly storage: string }
  | {
      readonly dialect: 'mysql' | 'postgres';
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
      readonly database: string;
      readonly poolMax: number;
      /** Absent: the connection is not encrypted. */
      readonly tls?: DatabaseTls;
    };

const MEBIBYTE = 1_048_576;

export type Config = ReturnType<typeof toConfig>;

/** Groups the flat environment by the part of the service that uses it. Times are in seconds by default. */
export function toConfig(env: Env) {
  return {
    isProduction: env.NODE_ENV === 'production',
    logLevel: env.LOG_LEVEL,
    http: {
      host: env.HOST,
      port: env.PORT,
      trustedProxies: env.TRUSTED_PROXIES,
      corsOrigins: env.CORS_ORIGINS,
      /** Where hosted pages may hand their result. */
      pageOrigins: env.PAGE_ORIGINS,
      demo: toDemo(env.DEMO),
    },
    database: toDatabase(env),
    /** Undefined: next to the SQLite file, or in ./database. */
    statePath: env.STATE_PATH,
    /** Wakes other nodes. Undefined: PostgreSQL does it, or there is only polling. May contain a password. */
    redisUrl: env.REDIS_URL,
    secrets: {
      secretKey: env.SECRET_KEY,
      previousSecretKey: env.SECRET_KEY_PREVIOUS,
      apiKey: env.API_KEY,
    },
    auth: {
      accessSeconds: toSeconds(env.JWT_EXPIRES_IN),
      refreshSeconds: toSeconds(env.JWT_REFRESH_EXPIRES_IN),
    },
    otp: {
      length: env.OTP_LENGTH,
      ttlSeconds: env.OTP_TTL_SECONDS,
      maxAttempts: env.OTP_MAX_ATTEMPTS,
      resendSeconds: env.OTP_RESEND_SECONDS,
      resendCode: env.OTP_RESEND_CODE,
      defaultSession: env.OTP_DEFAULT_SESSION,
    },
    hashing: {
      memoryKib: env.OTP_HASH_MEMORY_KIB,
      timeCost: env.OTP_HASH_TIME_COST,
      concurrency: env.OTP_HASH_CONCURRENCY,
      maxWaitSeconds: env.OTP_HASH_MAX_WAIT_SECONDS,
    },
    publicUrl: env.PUBLIC_URL,
    delivery: {
      waitSeconds: env.DELIVERY_WAIT_SECONDS ?? defaultWaitSeconds(env.channels.length),
      goal: env.DELIVERY_UNTIL,
    },
    channels: {
      /** In the order in which they are tried. */
      enabled: env.channels,
      timeoutSeconds: env.CHANNEL_TIMEOUT_SECONDS,
      /** The variables without a label, of all channels. */
      values: pickChannelValues(env),
    },
    regions: { default: env.DEFAULT_REGION, allowed: env.ALLOWED_REGIONS },
    phoneValidation: env.PHONE_VALIDATION,
    companyNamesWithLinks: env.COMPANY_NAMES_WITH_LINKS,
    limits: toLimits(env),
    pumpingGuard: env.PUMPING_GUARD,
    webhooks: { allowedNetworks: env.WEBHOOK_ALLOWED_NETWORKS },
    media: toMedia(env),
    tracing: toTracing(env),
    retention: {
      activityDays: env.ACTIVITY_RETENTION_DAYS,
      otpDays: env.OTP_RETENTION_DAYS,
      eventDays: env.EVENT_RETENTION_DAYS,
      messageDays: env.MESSAGE_RETENTION_DAYS,
      timeZone: env.CRON_TIMEZONE,
    },
  };
}

/** In seconds. With up to three channels, each is given the most. */
const MOST_WAIT_SECONDS = 12;
const LEAST_WAIT_SECONDS = 5;

/** All waits together, in seconds, so that the last channel is tried within half a minute. */
const ALL_WAITS_SECONDS = 26;

/** How long each channel is given before the next one is tried, if the operator does not say. */
function defaultWaitSeconds(channels: number): number {
  const share = Math.floor(ALL_WAITS_SECONDS / Math.max(1, channels - 1));
  return Math.max(LEAST_WAIT_SECONDS, Math.min(MOST_WAIT_SECONDS, share));
}

function toLimits(env: Env) {
  return {
    sendsPerPhoneHour: env.LIMIT_SENDS_PER_PHONE_HOUR,
    sendsPerPhoneDay: env.LIMIT_SENDS_PER_PHONE_DAY,
    sendsPerPhoneDayAllAccounts: env.LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS,
    sendsPerPrefixHour: env.LIMIT_SENDS_PER_PREFIX_HOUR,
    sendsPerKeyHour: env.LIMIT_SENDS_PER_KEY_HOUR,
    sendsPerIpHour: env.LIMIT_SENDS_PER_IP_HOUR,
    sendsPerAccountDay: env.LIMIT_SENDS_PER_ACCOUNT_DAY,
    sendsPerRegionHour: env.LIMIT_SENDS_PER_REGION_HOUR,
    sendsInAllHour: env.LIMIT_SENDS_IN_ALL_HOUR,
    failuresPerPhoneHour: env.LIMIT_FAILURES_PER_PHONE_HOUR,
    failuresPerPhoneDay: env.LIMIT_FAILURES_PER_PHONE_DAY,
    failuresInARow: env.LIMIT_FAILURES_IN_A_ROW,
    failuresPerIpHour: env.LIMIT_FAILURES_PER_IP_HOUR,
    failuresPerKeyHour: env.LIMIT_FAILURES_PER_KEY_HOUR,
    statusPerPhoneMinute: env.LIMIT_STATUS_PER_PHONE_MINUTE,
    loginsPerIpMinute: env.LIMIT_LOGINS_PER_IP_MINUTE,
    loginFailuresPerUserHour: env.LIMIT_LOGIN_FAILURES_PER_USER_HOUR,
    loginFailuresPerUserDay: env.LIMIT_LOGIN_FAILURES_PER_USER_DAY,
    loginsFromNewNetworksMinute: env.LIMIT_LOGINS_FROM_NEW_NETWORKS_MINUTE,
    wrongKeysPerIpMinute: env.LIMIT_WRONG_KEYS_PER_IP_MINUTE,
    sessionsPerAccount: env.LIMIT_SESSIONS_PER_ACCOUNT,
  };
}

function toMedia(env: Env) {
  return {
    path: env.MEDIA_PATH,
    retentionDays: env.MEDIA_RETENTION_DAYS,
    mostBytes: env.MEDIA_MAX_MB * MEBIBYTE,
    /** In which files are fetched from URLs that customers typed, besides the internet. */
    allowedNetworks: env.MEDIA_ALLOWED_NETWORKS,
    s3: toS3(env),
  };
}

/** Undefined: files are kept in a folder. */
function toS3(env: Env) {
  const { MEDIA_S3_ENDPOINT: endpoint, MEDIA_S3_BUCKET: bucket } = env;
  const { MEDIA_S3_ACCESS_KEY_ID: accessKeyId } = env;
  const { MEDIA_S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined;
  const { MEDIA_S3_REGION: region, MEDIA_S3_PREFIX: prefix } = env;
  return { endpoint, bucket, accessKeyId, secretAccessKey, region, prefix };
}

/** Whether /demo is served, and to whom: `local` is this machine only, `public` is everyone. */
function toDemo(demo: Env['DEMO']): 'off' | 'local' | 'public' {
  if (demo === 'false') return 'off';
  return demo === 'true' ? 'local' : 'public';
}

function toDatabase(env: Env): DatabaseConfig {
  const server = { poolMax: env.DB_POOL_MAX, ...(env.databaseTls && { tls: env.databaseTls }) };
  if (env.DATABASE_URL) {
    const address = parseDatabaseUrl(env.DATABASE_URL);
    if (address.dialect === 'sqlite') return address;
    const { tls: _, ...where } = address;
    return { ...where, ...server };
  }
  if (env.DB_TYPE === 'sqlite') return { dialect: 'sqlite', storage: env.DB_SQLITE_PATH };
  const prefix = env.DB_TYPE === 'mysql' ? 'DB_MYSQL' : 'DB_POSTGRES';
  return {
    dialect: env.DB_TYPE,
    host: env[`${prefix}_HOST`],
    port: env[`${prefix}_PORT`],
    username: env[`${prefix}_USERNAME`],
    password: env[`${prefix}_PASSWORD`],
    database: env[`${prefix}_DATABASE`],
    ...server,
  };
}
