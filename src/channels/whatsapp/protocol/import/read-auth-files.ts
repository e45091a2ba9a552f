import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toPhoneNumber } from '../../../../domain/whatsapp/whatsapp-number.ts';
import { type AuthenticationCreds, BufferJSON, jidDecode } from '../baileys.ts';
import { CREDS, type Key } from '../key-codec.ts';

/** A device that another program has linked: its number (E.164), and its credentials and keys. */
export type ForeignDevice = { readonly phoneNumber: string; readonly keys: readonly Key[] };

/** Longest first, because some of them begin with another one. */
const CATEGORIES = [
  ...['app-state-sync-version', 'app-state-sync-key', 'sender-key-memory', 'identity-key'],
  ...['lid-mapping', 'device-list', 'sender-key', 'pre-key', 'session', 'tctoken'],
] as const;

const JSON_FILE = '.json';

/**
 * Reads the credentials that another program stored with Baileys: a folder of `useMultiFileAuthState`, or a JSON file of
 * the form `{"creds": {...}, "keys": {"CATEGORY": {"ID": VALUE}}}`. Nothing is changed there.
 * @throws {Error} if there are none, or no phone has linked the device.
 */
export async function readAuthFiles(path: string): Promise<ForeignDevice> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`${path}: no such file or folder`);
  const keys = found.isDirectory() ? await readFolder(path) : await readJson(path);
  return { phoneNumber: findNumber(path, keys), keys };
}

/** Each key has a file, `CATEGORY-ID.json`; files of other names are not ours to read. */
async function readFolder(folder: string): Promise<Key[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(JSON_FILE));
  const keys: Key[] = [];
  for (const name of names) {
    const key = parseName(name.slice(0, -JSON_FILE.length));
    if (key)
      keys.push({
        ...key,
        value: parse(join(folder, name), await readFile(join(folder, name), 'utf8')),
      });
  }
  return keys;
}

/** Baileys writes `/` in an ID as `__`, and `:` as `-`. Only the IDs of sender keys have colons, which separate their parts. */
function parseName(name: string): Pick<Key, 'category' | 'keyId'> | undefined {
  if (name === CREDS.category) return CREDS;
  const category = CATEGORIES.find((one) => name.startsWith(`${one}-`));
  if (category === undefined) return undefined;
  const written = name.slice(category.length + 1).replaceAll('__', '/');
  const keyId = category === 'sender-key' ? written.replaceAll('--', '::') : written;
  return { category, keyId };
}

async function readJson(path: string): Promise<Key[]> {
  const stored = parse(path, await readFile(path, 'utf8')) as {
    readonly creds?: unknown;
    readonly keys?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  } | null;
  if (!stored?.creds) throw new Error(`${path}: has no "creds"`);
  const categories: readonly string[] = CATEGORIES;
  const keys = Object.entries(stored.keys ?? {})
    .filter(([category]) => categories.includes(category))
    .flatMap(([category, byId]) =>
      Object.entries(byId).map(([keyId, value]) => ({ category, keyId, value })),
    );
  return [{ ...CREDS, value: stored.creds }, ...keys].filter(({ value }) => value !== null);
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text, BufferJSON.reviver);
  } catch {
    throw new Error(`${path}: is not valid JSON`);
  }
}

/** @throws {Error} */
function findNumber(path: string, keys: readonly Key[]): string {
  const found = keys.find(({ category }) => category === CREDS.category)?.value;
  if (!found) throw new Error(`${path}: has no credentials (creds.json)`);
  const { account, me } = found as Partial<AuthenticationCreds>;
  const user = jidDecode(me?.id)?.user;
  if (!account || !user) throw new Error(`${path}: no phone has linked this device`);
  return toPhoneNumber(user);
}
