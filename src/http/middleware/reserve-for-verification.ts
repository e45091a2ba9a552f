import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { HttpEnv } from '../http-env.ts';

/** Requests that are always accepted: sending and checking codes, and health. */
const RESERVED = [
  ...['/api/otp/', '/api/messages/', '/v2/Services/', '/2010-04-01/', '/api/hooks/'],
  '/api/health',
];

const RETRY_SECONDS = 2;

/**
 * Rejects requests while `most` others, including streams, are in progress. Sending and checking codes
 * and health are exempt, so that other requests cannot use up the last connections.
 */
export function reserveForVerification(most: number): MiddlewareHandler<HttpEnv> {
  let inProgress = 0;
  return async (c, next) => {
    if (RESERVED.some((start) => c.req.path.startsWith(start))) return next();
    if (inProgress >= most) {
      c.header('Connection', 'close');
      throw new AppError('overloaded', 'Too many requests are in progress. Try again.', {
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    inProgress += 1;
    try {
      await next();
    } finally {
      inProgress -= 1;
    }
  };
}
