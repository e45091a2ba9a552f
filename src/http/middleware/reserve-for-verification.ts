import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { HttpEnv } from '../http-env.ts';

/** What is answered as long as there is any room: what people wait for, and what tells how the node is. */
const RESERVED = ['/api/otp/', '/api/messages/', '/api/health'];

const RETRY_SECONDS = 2;

/**
 * Turns requests away while `most` others are in progress, streams among them, but for sending, checking
 * and health: no caller of anything else can take the last connections.
 */
export function reserveForVerification(most: number): MiddlewareHandler<HttpEnv> {
  let inProgress = 0;
  return async (c, next) => {
    if (RESERVED.some((start) => c.req.path.startsWith(start))) return next();
    if (inProgress >= most) {
      c.header('Connection', 'close');
      throw new AppError('overloaded', 'Too many requests are in progress. Try again', {
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
