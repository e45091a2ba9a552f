import { createHash } from 'node:crypto';
import type { AwsClient } from 'aws4fetch';
import { createDeadline } from '../../lib/concurrency/deadline.ts';
import type { ByteRange } from '../../lib/crypto/sealed-frames.ts';
import { assertFileKey, type FileStore } from './file-store.ts';

export type S3Settings = {
  /** Of the service, such as `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Put before the key of each file, such as `waverify/`. */
  readonly prefix: string;
};

/** A request may take this long until its answer begins. */
const TIMEOUT_MS = 30_000;

/** Keeps files in a bucket of Amazon S3 or a service that understands the same requests. */
export function createS3Files({ endpoint, bucket, prefix, ...credentials }: S3Settings): FileStore {
  let opened: Promise<AwsClient> | undefined;

  async function open(): Promise<AwsClient> {
    // Loaded with the first file, because few installations need it.
    const { AwsClient: Client } = await import('aws4fetch');
    return new Client({ ...credentials, service: 's3', retries: 0 });
  }

  /** @throws when the service does not answer, or refuses. */
  async function request(key: string, init: RequestInit): Promise<Response> {
    assertFileKey(key);
    opened ??= open();
    const client = await opened;
    const url = `${endpoint.replace(/\/$/, '')}/${bucket}/${prefix}${key}`;
    const signed = await client.sign(url, init);
    const deadline = createDeadline(TIMEOUT_MS);
    const response = await fetch(signed, { signal: deadline.signal }).finally(deadline.clear);
    if (response.ok || response.status === 404) return response;
    await response.body?.cancel();
    throw new Error(`the file storage answered ${init.method} with ${response.status}`);
  }

  return {
    name: 's3',

    /** In one piece, which is in memory meanwhile: its hash is signed, so that nothing of it can be changed on the way. */
    async write(key, bytes) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(body).digest('hex');
      const headers = { 'x-amz-content-sha256': sha256 };
      const response = await request(key, { method: 'PUT', headers, body });
      await response.body?.cancel();
      if (response.status === 404) throw new Error('the bucket does not exist');
    },

    async read(key, range) {
      const response = await request(key, { method: 'GET', headers: { range: toHeader(range) } });
      if (response.status === 206 && response.body) return response.body;
      await response.body?.cancel();
      if (response.status === 404) return undefined;
      throw new Error('the file storage does not support ranges');
    },

    async remove(key) {
      const response = await request(key, { method: 'DELETE' });
      await response.body?.cancel();
    },
  };
}

function toHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end}`;
}
