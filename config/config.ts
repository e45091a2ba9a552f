import { toSeconds } from './duration.ts';
import type { Env } from './env.ts';

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
    };

export type Config = ReturnType<typeof toConfig>;

/** Groups the flat environment by the room that uses it. Times are in seconds unless named otherwise. */
export function toConfig(env: Env) {
  return {
    isProduction: env.NODE_ENV === 'production',
    logLevel: env.LOG_LEVEL,
    http: {
      host: env.HOST,
      port: env.PORT,
      trustedProxies: env.TRUSTED_PROXIES,
      corsOrigins: env.CORS_ORIGINS,
      hasDemo: env.DEMO === undefined ? env.NODE_ENV !== 'production' : env.DEMO === 'true',
    },
    database: toDatabase(env),
    /** Undefined: beside the SQLite file, or in ./database. */
    statePath: env.STATE_PATH,
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
      defaultSession: env.OTP_DEFAULT_SESSION,
    },
    hashing: {
      memoryKib: env.OTP_HASH_MEMORY_KIB,
      timeCost: env.OTP_HASH_TIME_COST,
      concurrency: env.OTP_HASH_CONCURRENCY,
    },
    channels: {
      order: env.OTP_CHANNELS,
      timeoutSeconds: env.CHANNEL_TIMEOUT_SECONDS,
      http: { url: env.HTTP_CHANNEL_URL, token: env.HTTP_CHANNEL_TOKEN },
    },
    whatsapp: {
      socketUrl: env.WHATSAPP_SOCKET_URL,
      version: env.WHATSAPP_VERSION,
      newContactsPerDay: env.WHATSAPP_NEW_CONTACTS_PER_DAY,
      spacingMs: env.WHATSAPP_SPACING_MS,
      ackMs: env.WHATSAPP_ACK_SECONDS * 1000,
    },
    regions: { default: env.DEFAULT_REGION, allowed: env.ALLOWED_REGIONS },
    limits: {
      sendsPerPhoneHour: env.LIMIT_SENDS_PER_PHONE_HOUR,
      sendsPerPhoneDay: env.LIMIT_SENDS_PER_PHONE_DAY,
      sendsPerPhoneDayAllAccounts: env.LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS,
      sendsPerPrefixHour: env.LIMIT_SENDS_PER_PREFIX_HOUR,
      failuresPerPhoneHour: env.LIMIT_FAILURES_PER_PHONE_HOUR,
      failuresPerPhoneDay: env.LIMIT_FAILURES_PER_PHONE_DAY,
      failuresInARow: env.LIMIT_FAILURES_IN_A_ROW,
      failuresPerIpHour: env.LIMIT_FAILURES_PER_IP_HOUR,
      failuresPerKeyHour: env.LIMIT_FAILURES_PER_KEY_HOUR,
      statusPerPhoneMinute: env.LIMIT_STATUS_PER_PHONE_MINUTE,
      loginsPerIpMinute: env.LIMIT_LOGINS_PER_IP_MINUTE,
      loginFailuresPerUserHour: env.LIMIT_LOGIN_FAILURES_PER_USER_HOUR,
    },
    retention: {
      activityDays: env.ACTIVITY_RETENTION_DAYS,
      otpDays: env.OTP_RETENTION_DAYS,
      timeZone: env.CRON_TIMEZONE,
    },
  };
}

function toDatabase(env: Env): DatabaseConfig {
  if (env.DATABASE_URL) return parseDatabaseUrl(env.DATABASE_URL, env.DB_POOL_MAX);
  if (env.DB_TYPE === 'sqlite') return { dialect: 'sqlite', storage: env.DB_SQLITE_PATH };
  const prefix = env.DB_TYPE === 'mysql' ? 'DB_MYSQL' : 'DB_POSTGRES';
  return {
    dialect: env.DB_TYPE,
    host: env[`${prefix}_HOST`],
    port: env[`${prefix}_PORT`],
    username: env[`${prefix}_USERNAME`],
    password: env[`${prefix}_PASSWORD`],
    database: env[`${prefix}_DATABASE`],
    poolMax: env.DB_POOL_MAX,
  };
}

/** Reads `sqlite:PATH`, `mysql://user:password@host:port/database` and `postgres://…`. */
function parseDatabaseUrl(text: string, poolMax: number): DatabaseConfig {
  if (text.startsWith('sqlite:')) {
    return { dialect: 'sqlite', storage: text.slice('sqlite:'.length).replace(/^\/\/(?!\/)/, '') };
  }
  const url = new URL(text);
  const dialect = url.protocol.startsWith('postgres') ? 'postgres' : 'mysql';
  return {
    dialect,
    host: url.hostname,
    port: Number(url.port) || (dialect === 'postgres' ? 5432 : 3306),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    poolMax,
  };
}
