import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { decryptMedia } from '../../../../src/channels/whatsapp/media/decrypt-media.ts';
import {
  createMediaClient,
  type MediaClient,
} from '../../../../src/channels/whatsapp/media/media-client.ts';
import type { MediaType } from '../../../../src/channels/whatsapp/media/media-keys.ts';
import { MediaError } from '../../../../src/domain/conversations/media-error.ts';
import { sealMedia } from '../../../support/whatsapp-lab/media/media-cipher.ts';
import type { MediaFaults } from '../../../support/whatsapp-lab/media/media-faults.ts';
import { type MediaHost, startMediaHost } from '../../../support/whatsapp-lab/media/media-host.ts';

const MOST_BYTES = 200_000;

let faults: MediaFaults = {};
let host: MediaHost;
let client: MediaClient;

/** Puts a file on the host, as a phone does, and gives what its message says. */
function upload(bytes: Buffer, type: MediaType = 'image') {
  const { blob, reference } = sealMedia(bytes, type);
  const { directPath } = host.put(type, blob);
  return {
    directPath,
    mediaKey: reference.mediaKey.toString('base64'),
    encSha256: reference.fileEncSha256.toString('base64'),
    sha256: reference.fileSha256.toString('base64'),
  };
}

async function download(
  keys: ReturnType<typeof upload>,
  {
    type = 'image',
    signal = AbortSignal.timeout(10_000),
  }: { type?: MediaType; signal?: AbortSignal } = {},
): Promise<Buffer> {
  const { directPath } = keys;
  const body = await client.fetch({ directPath, mostBytes: MOST_BYTES, signal });
  const chunks: Buffer[] = [];
  for await (const chunk of decryptMedia(body, { type, keys, mostBytes: MOST_BYTES })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const faultOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof MediaError ? error.fault : error),
  );

beforeAll(async () => {
  host = await startMediaHost(() => faults);
  client = createMediaClient({ host: host.host, ca: host.certificate });
});
afterEach(() => {
  faults = {};
});
afterAll(async () => {
  await client.close();
  await host.close();
});

it.each(['image', 'video', 'audio', 'document', 'sticker'] as const)('opens a %s', async (type) => {
  const bytes = randomBytes(100_003);
  expect((await download(upload(bytes, type), { type })).equals(bytes)).toBe(true);
});

it.each([0, 1, 15, 16, 17, MOST_BYTES])('opens a file of %i bytes', async (size) => {
  const bytes = randomBytes(size);
  expect((await download(upload(bytes))).equals(bytes)).toBe(true);
});

it('refuses a file in which one bit is changed, wherever it is', async () => {
  const keys = upload(randomBytes(70_000));
  for (const flipAt of [0, 40_000, 69_999, 70_010]) {
    faults = { flipAt };
    expect(await faultOf(download(keys))).toBe('corrupt');
  }
});

it.each([0, 5, 10, 26, 69_984, 70_000])(
  'refuses a file that ends after %i bytes',
  async (truncateAt) => {
    const keys = upload(randomBytes(70_000));
    faults = { truncateAt };
    expect(await faultOf(download(keys))).toBe('corrupt');
  },
);

it('refuses a file that is not the one of the message', async () => {
  const bytes = randomBytes(1000);
  const [keys, other] = [upload(bytes), upload(bytes)];
  const wrong = [
    { ...keys, sha256: upload(randomBytes(1000)).sha256 },
    { ...keys, encSha256: other.encSha256 },
    { ...keys, mediaKey: other.mediaKey },
    { ...keys, mediaKey: '' },
    { ...keys, directPath: other.directPath },
  ];
  for (const bad of wrong) expect(await faultOf(download(bad))).toBe('corrupt');
  expect(await faultOf(download(upload(bytes, 'video')))).toBe('corrupt');
});

it('refuses a file that is too large, whether the host says so or not', async () => {
  const keys = upload(randomBytes(MOST_BYTES + 100));
  expect(await faultOf(download(keys))).toBe('too_large');
  faults = { contentLength: 3_000_000_000 };
  expect(await faultOf(download(upload(randomBytes(1000))))).toBe('too_large');
});

it('fails if the host sends less than it has promised', async () => {
  faults = { contentLength: 150_000 };
  expect(await faultOf(download(upload(randomBytes(1000))))).toBe('unavailable');
});

it.each([
  [403, 'gone'],
  [404, 'gone'],
  [410, 'gone'],
  [429, 'unavailable'],
  [500, 'unavailable'],
])('takes %i for %s', async (downloadStatus, fault) => {
  faults = { downloadStatus };
  expect(await faultOf(download(upload(randomBytes(1000))))).toBe(fault);
});

it('follows no redirect, and no path to another host', async () => {
  const keys = upload(randomBytes(1000));
  const before = host.requests.length;
  faults = { redirectTo: `https://${host.host}/elsewhere` };
  expect(await faultOf(download(keys))).toBe('unavailable');
  expect(host.requests.length).toBe(before + 1);
  faults = {};
  const paths = [
    '@evil.example/x',
    '//evil.example/x',
    'https://evil.example/x',
    '/\\evil.example/',
    '',
    'x',
  ];
  for (const directPath of [...paths, 'file:///etc/passwd', '/etc/passwd\u0000']) {
    expect(await faultOf(download({ ...keys, directPath }))).toBe('gone');
  }
  const elsewhere = host.requests
    .slice(before + 1)
    .filter(({ path }) => !path.startsWith('/etc/passwd'));
  expect(elsewhere).toEqual([]);
});

it('gives up when it takes too long', async () => {
  const keys = upload(randomBytes(100_000));
  faults = { delayMs: 100, pieceBytes: 10_000 };
  const signal = AbortSignal.timeout(250);
  expect(await faultOf(download(keys, { signal }))).toBe('unavailable');
});

it('does not trust a host whose certificate it does not know', async () => {
  const stranger = createMediaClient({ host: host.host });
  const { directPath } = upload(randomBytes(10));
  const signal = AbortSignal.timeout(5000);
  const fetching = stranger.fetch({ directPath, mostBytes: MOST_BYTES, signal });
  expect(await faultOf(fetching)).toBe('unavailable');
  await stranger.close();
});
