import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { API_KEY_BYTES, SECRET_KEY_BYTES } from '../env.ts';
import { headerSecret, secret } from '../fields.ts';

export type StoredSecrets = {
  readonly secretKey: string;
  readonly apiKey: string;
  /** Whether this call created them. */
  readonly isNew: boolean;
};

const Secrets = z.object({
  SECRET_KEY: secret(SECRET_KEY_BYTES),
  API_KEY: headerSecret(API_KEY_BYTES),
});

/**
 * Reads the secrets, or creates them at the first start, so that a trial needs no setup. The file is
 * written atomically; if two processes start for the first time at once, one of them creates it.
 */
export function loadSecrets(path: string): StoredSecrets {
  const found = readSecrets(path) ?? createSecrets(path);
  if (typeof found === 'string') throw new Error(`${path}: ${found}`);
  return found;
}

/** Returns the key of the secrets file, if there is a valid one. Does not create it. */
export function findStoredApiKey(path: string): string | undefined {
  const found = readSecrets(path);
  return typeof found === 'object' ? found.apiKey : undefined;
}

/** Returns what is wrong with the secrets file, if it exists. Does not create it. */
export function findSecretsFault(path: string): string | undefined {
  const found = readSecrets(path);
  return typeof found === 'string' ? found : undefined;
}

/**
 * Makes the secrets file readable by its owner only.
 * @returns a warning if other users could read it until now.
 */
export function closeSecrets(path: string): string | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined;
  try {
    chmodSync(path, 0o600);
    return `${path} was readable by other users; this is now fixed. Create new secrets if anyone may have read it`;
  } catch {
    return `${path} is readable by other users. Run chmod 600 on it, and create new secrets if anyone may have read it`;
  }
}

/** Returns a sentence if something is wrong with the file, and undefined if there is no file. */
function readSecrets(path: string): StoredSecrets | string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : `cannot be read: ${REASONS[code] ?? message}. ${ADVICE}`;
  }
  return parse(text);
}

function parse(text: string): StoredSecrets | string {
  try {
    const { data } = Secrets.safeParse(JSON.parse(text));
    if (data) return { secretKey: data.SECRET_KEY, apiKey: data.API_KEY, isNew: false };
    return 'has no valid SECRET_KEY and API_KEY; fix it, or delete it to create new ones';
  } catch {
    return 'is not JSON; fix it, or delete it to create new secrets';
  }
}

function createSecrets(path: string): StoredSecrets {
  const created = {
    SECRET_KEY: randomBytes(32).toString('hex'),
    API_KEY: `wv_${randomBytes(32).toString('base64url')}`,
  };
  const draft = `${path}.${process.pid}`;
  let isNew = true;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(created, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Error(describeUnwritable(path, error as NodeJS.ErrnoException), { cause: error });
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    isNew = false;
  } finally {
    rmSync(draft);
  }
  return { ...loadSecrets(path), isNew };
}

function describeUnwritable(path: string, { code, message }: NodeJS.ErrnoException): string {
  const reason = REASONS[whyNotWritable(dirname(path)) ?? code ?? ''] ?? message;
  return `The secrets cannot be stored in ${path}: ${reason}. ${ADVICE}`;
}

const ADVICE =
  'Set SECRET_KEY and API_KEY (create each with: openssl rand -hex 32), and set DB_SQLITE_PATH to a file in a writable folder';

const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file has the name of its folder',
  EEXIST: 'a file has the name of its folder',
  EISDIR: 'a folder has its name',
};

/** Checks the nearest existing folder, because creating folders in a read-only one fails with ENOENT. */
function whyNotWritable(folder: string): string | undefined {
  if (!existsSync(folder) && folder !== dirname(folder)) return whyNotWritable(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
