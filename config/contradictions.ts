import { channelKinds, hasInbox, showsCodes } from '../src/channels/registry.ts';
import { toSeconds } from './duration.ts';
import type { ChannelSettings } from './read-channels.ts';
import type { NamedFault } from './read-variables.ts';
import { estimateBits } from './secrets/secret-strength.ts';

type Values = {
  readonly NODE_ENV?: string;
  readonly OTP_CHANNELS?: readonly string[];
  readonly PUBLIC_URL?: string | undefined;
  readonly channels?: readonly ChannelSettings[];
  readonly JWT_EXPIRES_IN?: string;
  readonly JWT_REFRESH_EXPIRES_IN?: string;
  readonly SECRET_KEY?: string | undefined;
  readonly API_KEY?: string | undefined;
  readonly LIMIT_FAILURES_PER_PHONE_HOUR?: number;
  readonly LIMIT_FAILURES_PER_PHONE_DAY?: number;
  readonly LIMIT_FAILURES_IN_A_ROW?: number;
} & { readonly [Name in (typeof S3_NAMES)[number]]?: string | undefined };

/** A bucket needs all of them. */
const S3_NAMES = [
  'MEDIA_S3_ENDPOINT',
  'MEDIA_S3_BUCKET',
  'MEDIA_S3_ACCESS_KEY_ID',
  'MEDIA_S3_SECRET_ACCESS_KEY',
] as const;

/** Checks rules that need more than one variable. A value that failed its own check is absent. */
export function findContradictions(env: Values): NamedFault[] {
  const faults: NamedFault[] = [];
  const { JWT_EXPIRES_IN: access, JWT_REFRESH_EXPIRES_IN: refresh } = env;
  if (access && refresh && toSeconds(refresh) < toSeconds(access)) {
    faults.push(['JWT_REFRESH_EXPIRES_IN', 'must not be shorter than JWT_EXPIRES_IN']);
  }
  const reader = env.channels?.find(({ kind, values }) => hasInbox(kind, { ...values }));
  if (reader && !env.PUBLIC_URL) {
    faults.push(['PUBLIC_URL', `is required, because ${reader.name} reads messages to its number`]);
  }
  faults.push(...findIncompleteS3(env));
  if (env.NODE_ENV === 'production') faults.push(...findUnsafe(env));
  return faults;
}

function findIncompleteS3(env: Values): NamedFault[] {
  const missing = S3_NAMES.filter((name) => !env[name]);
  if (missing.length === S3_NAMES.length) return [];
  return missing.map((name) => [name, 'is required, because another MEDIA_S3_ variable is set']);
}

/** Finds a REDIS_URL that has no effect. `DATABASE_URL` is absent if it was not set. */
export function findUselessRedis({
  REDIS_URL: redis,
  DATABASE_URL: url,
  DB_TYPE: type,
}: {
  readonly REDIS_URL?: string | undefined;
  readonly DATABASE_URL?: string | undefined;
  readonly DB_TYPE?: string;
}): NamedFault[] {
  const isSqlite = url === undefined ? type === 'sqlite' : url.startsWith('sqlite:');
  if (redis === undefined || !isSqlite) return [];
  return [['REDIS_URL', 'does not apply to SQLite: its file has one node, with no others to wake']];
}

const REQUIRED = 'is required in production (create one with: openssl rand -hex 32)';

/** Finds settings that are fine for a trial but not for production. */
function findUnsafe(env: Values): NamedFault[] {
  const faults: NamedFault[] = [];
  if (!env.SECRET_KEY) faults.push(['SECRET_KEY', REQUIRED]);
  if (!env.API_KEY) faults.push(['API_KEY', REQUIRED]);
  for (const name of findWeakSecrets(env)) {
    faults.push([
      name,
      'is too easy to guess for production (create one with: openssl rand -hex 32)',
    ]);
  }
  for (const name of FAILURE_LIMITS) {
    if (env[name] === 0) {
      faults.push([
        name,
        'must be at least 1 in production: with 0, the number of attempts has no limit',
      ]);
    }
  }
  for (const channel of (env.OTP_CHANNELS ?? []).filter(showsCodes)) {
    const others = channelKinds.filter((name) => !showsCodes(name)).join(' or ');
    faults.push([
      'OTP_CHANNELS',
      `${channel} prints codes and is not allowed in production: use ${others}`,
    ]);
  }
  return faults;
}

/** NIST SP 800-63B-4 3.2.2 demands a limit on failed attempts. */
const FAILURE_LIMITS = [
  'LIMIT_FAILURES_PER_PHONE_HOUR',
  'LIMIT_FAILURES_PER_PHONE_DAY',
  'LIMIT_FAILURES_IN_A_ROW',
] as const;

/** Far below what random characters of this length have, so that no generated secret is refused by chance. */
const FEWEST_BITS = { SECRET_KEY: 56, API_KEY: 32 } as const;

/** Returns the names of the secrets that a person could guess. */
export function findWeakSecrets(env: Pick<Values, 'SECRET_KEY' | 'API_KEY'>) {
  return (['SECRET_KEY', 'API_KEY'] as const).filter((name) => {
    const secret = env[name];
    return secret !== undefined && estimateBits(secret) < FEWEST_BITS[name];
  });
}
