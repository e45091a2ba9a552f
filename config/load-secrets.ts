import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { API_KEY_BYTES, SECRET_KEY_BYTES } from './env.ts';

export type StoredSecrets = { readonly secretKey: string; readonly apiKey: string };

/**
 * Reads the secrets that the first start made, or makes them: so that trying things out needs no
 * setup. The file appears whole or not at all, and of two first starts at once one makes it.
 */
export function loadSecrets(path: string): StoredSecrets {
  return readSecrets(path) ?? makeSecrets(path);
}

function readSecrets(path: string): StoredSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { SECRET_KEY: secretKey, API_KEY: apiKey } = parse(path, text);
  if (isLong(secretKey, SECRET_KEY_BYTES) && isLong(apiKey, API_KEY_BYTES)) {
    return { secretKey, apiKey };
  }
  throw new Error(
    `${path} does not hold SECRET_KEY and API_KEY; mend it, or remove it to make new ones`,
  );
}

function isLong(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) >= bytes;
}

function parse(path: string, text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    throw new Error(`${path} is not JSON; mend it, or remove it to make new secrets`);
  }
}

function makeSecrets(path: string): StoredSecrets {
  const made = {
    SECRET_KEY: randomBytes(32).toString('hex'),
    API_KEY: `wv_${randomBytes(32).toString('base64url')}`,
  };
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readSecrets(path) ?? loadSecrets(path);
}
