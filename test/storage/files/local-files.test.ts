import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FileStore } from '../../../src/storage/files/file-store.ts';
import { createLocalFiles } from '../../../src/storage/files/local-files.ts';

let folder: string;
let files: FileStore;

const KEY = `account-1/ab/${'0'.repeat(32)}`;

async function* piecesOf(...pieces: Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

async function collect(source: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  files = createLocalFiles(join(folder, 'media'));
});
afterEach(() => rm(folder, { recursive: true }));

it('keeps a file for its owner only, and reads parts of it', async () => {
  const bytes = randomBytes(100_000);
  await files.write(KEY, piecesOf(bytes.subarray(0, 10), bytes.subarray(10)));
  const range = { start: 5, end: 70_000 };
  expect((await collect(await files.read(KEY, range))).equals(bytes.subarray(5, 70_001))).toBe(
    true,
  );
  const { mode } = await stat(join(folder, 'media', KEY));
  expect(mode & 0o777).toBe(0o600);
  const above = await stat(join(folder, 'media'));
  expect(above.mode & 0o777).toBe(0o700);
});

it('leaves nothing of a file that is not complete', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('the beginning');
    throw new Error('corrupt');
  }
  await expect(files.write(KEY, failing())).rejects.toThrow('corrupt');
  expect(await files.read(KEY, { start: 0, end: 1 })).toBeUndefined();
  expect(await readdir(join(folder, 'media/account-1/ab'))).toEqual([]);
});

it('removes a file, and does not mind if there is none', async () => {
  await files.write(KEY, piecesOf(Buffer.from('x')));
  await files.remove(KEY);
  await files.remove(KEY);
  expect(await files.read(KEY, { start: 0, end: 0 })).toBeUndefined();
});

it.each(['../../etc/passwd', '/etc/passwd', 'a/ab/../../x', `account-1/ab/${'g'.repeat(32)}`, ''])(
  'does not take %j for a key',
  async (key) => {
    await expect(files.write(key, piecesOf(Buffer.from('x')))).rejects.toThrow(RangeError);
    await expect(files.read(key, { start: 0, end: 0 })).rejects.toThrow(RangeError);
    await expect(files.remove(key)).rejects.toThrow(RangeError);
  },
);
