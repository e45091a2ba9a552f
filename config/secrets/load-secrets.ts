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
  /** Whether this very call made them. */
  readonly isNew: boolean;
};

const Secrets = z.object({
  SECRET_KEY: secret(SECRET_KEY_BYTES),
  API_KEY: headerSecret(API_KEY_BYTES),
});

/**
 * Reads the secrets that the first start made, or makes them: so that trying things out needs no
 * setup. The file appears whole or not at all, and of two first starts at once one makes it.
 */
export function loadSecrets(path: string): StoredSecrets {
  const found = readSecrets(path) ?? makeSecrets(path);
  if (typeof found === 'string') throw new Error(`${path}: ${found}`);
  return found;
}

/** What is wrong with the file of the secrets, if it is there. Makes none. */
export function findSecretsFault(path: string): string | undefined {
  const found = readSecrets(path);
  return typeof found === 'string' ? found : undefined;
}

/**
 * Takes the file of the secrets from everybody but its owner.
 * @returns a warning when others could read it until now.
 */
export function closeSecrets(path: string): string | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined;
  try {
    chmodSync(path, 0o600);
    return `${path} could be read by other users, and now cannot: make new secrets if any may have`;
  } catch {
    return `${path} can be read by other users: chmod 600 it, and make new secrets if any may have`;
  }
}

/** Returns what is wrong with the file as a sentence, and undefined when there is none. */
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
    return 'does not hold SECRET_KEY and API_KEY in a usable form; mend it, or remove it to make new ones';
  } catch {
    return 'is not JSON; mend it, or remove it to make new secrets';
  }
}

function makeSecrets(path: string): StoredSecrets {
  const made = {
    SECRET_KEY: randomBytes(32).toString('hex'),
    API_KEY: `wv_${randomBytes(32).toString('base64url')}`,
  };
  const draft = `${path}.${process.pid}`;
  let isNew = true;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
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
  return `The secrets cannot be kept in ${path}: ${reason}. ${ADVICE}`;
}

const ADVICE =
  'Set SECRET_KEY and API_KEY (openssl rand -hex 32 makes one), and let DB_SQLITE_PATH name a file in a folder that can be written to';

const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the place of its folder',
  EEXIST: 'a file is in the place of its folder',
  EISDIR: 'a folder is in its place',
};

/** Asks the nearest folder that is there: making folders in a read-only one fails with ENOENT. */
function whyNotWritable(folder: string): string | undefined {
  if (!existsSync(folder) && folder !== dirname(folder)) return whyNotWritable(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
