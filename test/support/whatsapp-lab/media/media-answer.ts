import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { MediaFaults } from './media-faults.ts';

/** What was written before a cut is on its way by then. */
const FLUSH_MS = 20;

type Asked = {
  readonly blob: Buffer | undefined;
  readonly range: string | undefined;
  readonly faults: MediaFaults;
};

/** Sends a blob or a part of it, with the faults that are set. */
export async function sendBlob(
  response: ServerResponse,
  { blob, range, faults }: Asked,
): Promise<void> {
  if (faults.redirectTo !== undefined) {
    response.writeHead(302, { location: faults.redirectTo }).end();
    return;
  }
  if (!blob || faults.downloadStatus) {
    response.writeHead(faults.downloadStatus ?? 404).end();
    return;
  }
  const body = cut(spoil(blob, faults), range);
  const status = range === undefined ? 200 : 206;
  response.strictContentLength = false;
  response.writeHead(status, { 'content-length': faults.contentLength ?? body.length });
  await write(response, body, faults);
}

function cut(blob: Buffer, range: string | undefined): Buffer {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  return from === undefined ? blob : blob.subarray(Number(from), to ? Number(to) + 1 : undefined);
}

async function write(response: ServerResponse, body: Buffer, faults: MediaFaults): Promise<void> {
  const { delayMs = 0, pieceBytes = body.length, contentLength = body.length } = faults;
  for (let start = 0; start < body.length; start += pieceBytes) {
    if (delayMs > 0) await pause(delayMs);
    if (response.destroyed) return;
    response.write(body.subarray(start, start + pieceBytes));
  }
  // A length that was promised and does not come: only a cut line ends the wait.
  if (contentLength <= body.length) {
    response.end();
    return;
  }
  await pause(FLUSH_MS);
  response.destroy();
}

function spoil(blob: Buffer, { flipAt, truncateAt }: MediaFaults): Buffer {
  const spoilt = Buffer.from(blob.subarray(0, truncateAt));
  const byte = flipAt === undefined ? undefined : spoilt[flipAt];
  if (flipAt !== undefined && byte !== undefined) spoilt[flipAt] = byte ^ 1;
  return spoilt;
}
