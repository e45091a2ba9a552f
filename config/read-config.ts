import { readFileSync } from 'node:fs';
import { type Config, toConfig } from './config.ts';
import { readEnv } from './env.ts';
import { loadSecrets } from './load-secrets.ts';

/** What stops the process before it has done anything: the message names every fault. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Where the secrets of a first start are kept, outside production. */
const SECRETS_FILE = './database/secrets.json';

/**
 * Reads everything the process is told. Outside production, missing secrets are made and kept.
 * @throws {ConfigError}
 */
export function readConfig(source: Readonly<Record<string, string | undefined>>) {
  try {
    const config = toConfig(readEnv(source, (path) => readFileSync(path, 'utf8')));
    return { config, secrets: withSecrets(config) };
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause });
  }
}

function withSecrets({ secrets }: Config) {
  const { secretKey, apiKey, previousSecretKey } = secrets;
  if (secretKey !== undefined && apiKey !== undefined) {
    return { secretKey, apiKey, previousSecretKey };
  }
  const stored = loadSecrets(SECRETS_FILE);
  return {
    secretKey: secretKey ?? stored.secretKey,
    apiKey: apiKey ?? stored.apiKey,
    previousSecretKey,
  };
}
