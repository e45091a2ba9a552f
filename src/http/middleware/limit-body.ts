import { once } from 'node:events';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../../domain/errors.ts';
import type { HttpEnv } from '../http-env.ts';

/** Larger than any valid request of this API. */
const MAX_BYTES = 16 * 1024;

/** A body up to this size is read and discarded, so that the client can read the response. */
const MAX_DISCARDED_BYTES = 2 * 1024 * 1024;
const DISCARD_MS = 2000;

const countBytes = bodyLimit({
  maxSize: MAX_BYTES,
  onError: (c) => {
    c.header('Connection', 'close');
    throw tooLarge();
  },
});

/** Rejects a body of more than 16 KiB, by its declared length or while it is received. */
export const limitBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const length = c.req.header('content-length');
  const declared = Number(length ?? 0);
  // Node reads exactly as many bytes as are declared, unless the body is chunked.
  const isDeclared = length !== undefined && c.req.header('transfer-encoding') === undefined;
  if (!(declared > MAX_BYTES)) return isDeclared ? next() : countBytes(c, next);
  if (declared > MAX_DISCARDED_BYTES) c.header('Connection', 'close');
  else await discard((c.env as HttpBindings).incoming);
  throw tooLarge();
};

/** Reads and drops the rest of a body, for two seconds at most. */
export async function discard(incoming: HttpBindings['incoming']): Promise<void> {
  incoming.resume();
  const signal = AbortSignal.timeout(DISCARD_MS);
  await once(incoming, 'end', { signal }).catch(() => {}); // Too slow or closed: respond anyway.
}

function tooLarge(): AppError {
  return new AppError('payload_too_large', `The body may have at most ${MAX_BYTES} bytes`);
}
