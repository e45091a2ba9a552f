import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../wire/crypto.ts';
import { type Certificate, createCertificate } from './certificate.ts';
import { sendBlob } from './media-answer.ts';
import type { BlobKind } from './media-cipher.ts';
import type { MediaFaults } from './media-faults.ts';

/** What a client asked of the media host. */
type MediaRequest = {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
};

type Place = { readonly directPath: string; readonly url: string };

const LONGEST_BLOB = 128 * 1024 * 1024;

/** The HTTPS server to which files go, encrypted, and from which their readers fetch them. */
export async function startMediaHost(faults: () => MediaFaults, port = 0) {
  const certificate: Certificate = createCertificate();
  const blobs = new Map<string, Buffer>();
  const requests: MediaRequest[] = [];
  const drawAuth = () => randomBytes(24).toString('base64');
  let auth = drawAuth();
  let uploads = 0;
  const server = createServer(certificate, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `https://${host}`);
    const { method = '', headers } = request;
    requests.push({ method, path: url.pathname, range: headers.range });
    if (method === 'POST') await takeUpload(url, request, response);
    else
      await sendBlob(response, {
        blob: blobs.get(url.pathname),
        range: headers.range,
        faults: faults(),
      });
  }

  async function takeUpload(url: URL, request: IncomingMessage, response: ServerResponse) {
    const blob = await readAll(request);
    const [, , kind = '', name = ''] = url.pathname.split('/');
    const wanted = Buffer.from(decodeURIComponent(name), 'base64url');
    const status =
      refusalOf(url, { auth, isIntact: sha256(blob).equals(wanted) }) ?? faults().uploadStatus;
    if (status) {
      response.writeHead(status).end('{}');
      return;
    }
    const place = put(kind, blob);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ url: place.url, direct_path: place.directPath }));
  }

  function put(kind: string, blob: Buffer): Place {
    uploads += 1;
    const path = `/v/t62.lab/${kind}/${uploads}-${sha256(blob).toString('base64url')}`;
    blobs.set(path, blob);
    return { directPath: `${path}?ccb=lab`, url: `https://${host}${path}?ccb=lab` };
  }

  return {
    host,
    get auth(): string {
      return auth;
    },
    /** From now on, uploads need a new permission. */
    renewAuth(): void {
      auth = drawAuth();
    },
    /** In PEM, for programs that shall trust the host: NODE_EXTRA_CA_CERTS, or `ca` of an agent. */
    certificate: certificate.cert,
    requests,
    /** Puts an encrypted file there, as a phone does. */
    put: (kind: BlobKind, blob: Buffer): Place => put(kind, blob),
    get: (directPath: string): Buffer | undefined => blobs.get(pathOf(directPath)),
    /** From now on the file is gone, as after some weeks. Says whether it was there. */
    expire: (directPath: string): boolean => blobs.delete(pathOf(directPath)),
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export type MediaHost = Awaited<ReturnType<typeof startMediaHost>>;

const pathOf = (directPath: string): string => directPath.split('?')[0] ?? '';

function refusalOf(
  url: URL,
  { auth, isIntact }: { readonly auth: string; readonly isIntact: boolean },
): number | undefined {
  if (url.searchParams.get('auth') !== auth) return 401;
  return isIntact ? undefined : 400;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_BLOB) throw new Error('the blob is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
