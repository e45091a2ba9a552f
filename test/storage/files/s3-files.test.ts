import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { FileStore } from '../../../src/storage/files/file-store.ts';
import { createS3Files } from '../../../src/storage/files/s3-files.ts';
import { startS3Server } from '../../support/s3-server.ts';

const KEY = `account-1/ab/${'0'.repeat(32)}`;

let server: Awaited<ReturnType<typeof startS3Server>>;
let files: FileStore;

async function* piecesOf(...pieces: Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

async function collect(source: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

beforeAll(async () => {
  server = await startS3Server();
  files = createS3Files(server.settings);
});
afterEach(() => server.failWith(undefined));
afterAll(() => server.close());

it('keeps a file in the bucket, and reads parts of it', async () => {
  const bytes = randomBytes(100_000);
  await files.write(KEY, piecesOf(bytes.subarray(0, 10), bytes.subarray(10)));
  expect([...server.objects.keys()]).toEqual([`/files/waverify/${KEY}`]);
  const part = await collect(await files.read(KEY, { start: 5, end: 70_000 }));
  expect(part.equals(bytes.subarray(5, 70_001))).toBe(true);
});

it('removes a file, and does not mind if there is none', async () => {
  await files.write(KEY, piecesOf(Buffer.from('x')));
  await files.remove(KEY);
  await files.remove(KEY);
  expect(server.objects.size).toBe(0);
  expect(await files.read(KEY, { start: 0, end: 0 })).toBeUndefined();
});

it('stores nothing of a file that is not complete', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('the beginning');
    throw new Error('corrupt');
  }
  await expect(files.write(KEY, failing())).rejects.toThrow('corrupt');
  expect(server.objects.size).toBe(0);
});

it('fails if the service refuses', async () => {
  server.failWith(503);
  await expect(files.write(KEY, piecesOf(Buffer.from('x')))).rejects.toThrow(/503/);
  await expect(files.read(KEY, { start: 0, end: 0 })).rejects.toThrow(/503/);
  await expect(files.remove(KEY)).rejects.toThrow(/503/);
  server.failWith(undefined);
  const wrong = createS3Files({ ...server.settings, secretAccessKey: 'another' });
  await expect(wrong.write(KEY, piecesOf(Buffer.from('x')))).rejects.toThrow(/403/);
});

it('does not take a path for a key', async () => {
  const before = server.requests.length;
  await expect(files.read('../secret', { start: 0, end: 0 })).rejects.toThrow(RangeError);
  expect(server.requests.length).toBe(before);
});
