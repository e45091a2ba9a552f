import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const S3_CREDENTIALS = {
  accessKeyId: 'AKIATEST',
  secretAccessKey: 'test-secret-access-key',
};
const REGION = 'eu-test-1';

/** Keeps objects in memory and checks each signature, written from the specification of AWS Signature 4. */
export async function startS3Server() {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  let status: number | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const body = await buffer(request);
    requests.push(`${method} ${url}`);
    if (status !== undefined) response.writeHead(status).end();
    else if (!isSigned(request, body)) response.writeHead(403).end('<Error/>');
    else if (method === 'PUT') {
      objects.set(url, body);
      response.writeHead(200).end();
    } else if (method === 'DELETE') {
      objects.delete(url);
      response.writeHead(204).end();
    } else sendPart(response, objects.get(url), request.headers.range);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    settings: {
      ...S3_CREDENTIALS,
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: REGION,
      bucket: 'files',
      prefix: 'waverify/',
    },
    objects,
    requests,
    /** Answers everything with this status; undefined: as it should. */
    failWith(next: number | undefined) {
      status = next;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function sendPart(response: ServerResponse, object: Buffer | undefined, range = ''): void {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (!object) response.writeHead(404).end('<Error/>');
  else if (start === undefined) response.writeHead(200).end(object);
  else response.writeHead(206).end(object.subarray(Number(start), Number(end) + 1));
}

/** Whether the header `Authorization` has the signature of the request and its body. */
function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const pattern = /Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})/;
  const [, keyId, scope = '', names = '', signature] =
    pattern.exec(headers.authorization ?? '') ?? [];
  const stated = String(headers['x-amz-content-sha256']);
  if (
    keyId !== S3_CREDENTIALS.accessKeyId ||
    stated !== (body.length > 0 ? sha256(body) : 'UNSIGNED-PAYLOAD')
  ) {
    return false;
  }
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const [path = '', query = ''] = url.split('?');
  const canonical = [method, path, query, lines.join(''), names, stated].join('\n');
  const time = String(headers['x-amz-date']);
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const secret = `AWS4${S3_CREDENTIALS.secretAccessKey}`;
  const key = [date, region, service, end].reduce<Buffer | string>(
    (previous, part) => hmac(previous, part),
    secret,
  );
  return region === REGION && service === 's3' && hmac(key, toSign).toString('hex') === signature;
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: Buffer | string, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();
