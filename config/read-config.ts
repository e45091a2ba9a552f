import { readFileSync } from 'node:fs';
import { type Config, toConfig } from './config.ts';
import { findWeakSecrets } from './contradictions.ts';
import { isLoopback } from './database/database-tls.ts';
import { describeUnread, readEnv } from './env.ts';
import { loadDotEnv } from './load-dotenv.ts';
import {
  closeSecrets,
  findSecretsFault,
  findStoredApiKey,
  loadSecrets,
} from './secrets/load-secrets.ts';

/** Stops the process before it has done anything. The message lists every fault. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Where the first start outside production stores its secrets. */
const SECRETS_FILE = './database/secrets.json';

type Source = Record<string, string | undefined>;

/**
 * Reads the configuration from `source` and a .env file, whose variables it adds to `source`. Outside
 * production, missing secrets are created and stored.
 * @throws {ConfigError}
 */
export function readConfig(source: Source) {
  let ignored: string[] = [];
  try {
    ignored = loadDotEnv(source);
    const env = readEnv(
      source,
      (path) => readFileSync(path, 'utf8'),
      ({ NODE_ENV, SECRET_KEY, API_KEY }) => {
        const isFileUsed = NODE_ENV !== 'production' && !(SECRET_KEY && API_KEY);
        const fault = isFileUsed ? findSecretsFault(SECRETS_FILE) : undefined;
        return fault === undefined ? [] : [[SECRETS_FILE, fault]];
      },
    );
    const config = toConfig(env);
    const { secrets, warnings } = withSecrets(config);
    const weak = findWeakSecrets(env).map(
      (name) => `${name} is easy to guess: production refuses it`,
    );
    const unread = describeUnread(source, env.channels);
    return {
      config,
      secrets,
      warnings: [...ignored, ...unread, ...weak, ...warnings, ...findClearText(config)],
    };
  } catch (cause) {
    const lines = [(cause as Error).message, ...ignored.map((warning) => `  ${warning}`)];
    throw new ConfigError(lines.join('\n'), { cause });
  }
}

/**
 * Reads where the service of this environment listens, and its bootstrap key if there is one. Creates nothing.
 * @throws {ConfigError}
 */
export function readConnection(source: Source) {
  try {
    loadDotEnv(source);
    const { http, secrets } = toConfig(readEnv(source, (path) => readFileSync(path, 'utf8')));
    const apiKey = secrets.apiKey ?? findStoredApiKey(SECRETS_FILE);
    return { host: http.host, port: http.port, apiKey };
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause });
  }
}

function withSecrets({ secrets }: Config) {
  const { secretKey, apiKey, previousSecretKey } = secrets;
  if (secretKey !== undefined && apiKey !== undefined) {
    return { secrets: { secretKey, apiKey, previousSecretKey }, warnings: [] };
  }
  const stored = loadSecrets(SECRETS_FILE);
  const warning = closeSecrets(SECRETS_FILE);
  return {
    secrets: {
      secretKey: secretKey ?? stored.secretKey,
      apiKey: apiKey ?? stored.apiKey,
      previousSecretKey,
      /** Where the bootstrap key is stored, and whether this start created it. */
      ...(apiKey === undefined && { keyFile: SECRETS_FILE, isKeyNew: stored.isNew }),
    },
    warnings: warning === undefined ? [] : [warning],
  };
}

/** Warns if phone numbers and credentials would cross a network unencrypted. */
function findClearText({ isProduction, database, redisUrl }: Config): string[] {
  if (!isProduction || database.dialect === 'sqlite') return [];
  const warnings: string[] = [];
  if (!database.tls && !isLoopback(database.host)) {
    warnings.push(
      `the connection to the database at ${database.host} is not encrypted: set DB_SSL=verify-full`,
    );
  }
  const redis = redisUrl === undefined ? undefined : new URL(redisUrl);
  if (redis?.protocol === 'redis:' && !isLoopback(redis.hostname.replace(/^\[(.*)\]$/, '$1'))) {
    warnings.push('the connection to Redis is not encrypted: use a rediss:// address in REDIS_URL');
  }
  return warnings;
}
