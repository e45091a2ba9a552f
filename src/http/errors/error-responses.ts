import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { HttpEnv } from '../http-env.ts';
import { setRateLimitFields } from '../rate-limit-headers.ts';
import { PROBLEMS, toProblemType } from './problems.ts';

/** Sends a failure in the format of a part of the service. */
export type SendFailure = (c: Context<HttpEnv>, error: AppError) => Response;

/** Converts errors to responses, by default problem details. Unexpected errors get a fixed sentence. */
export function createErrorHandler(logger: Logger, send: SendFailure = sendProblem) {
  return (error: Error, c: Context<HttpEnv>): Response => {
    const requestId = c.get('requestId');
    if (!(error instanceof AppError) && isCutOff(c)) {
      // The client is gone and there is no fault here.
      logger.debug(
        { requestId, err: error },
        'the client disconnected before its request was complete',
      );
      return send(c, new AppError('invalid_json', 'The body is incomplete'));
    }
    const failure = toAppError(error);
    if (failure.code === 'internal_error')
      logger.error({ requestId, err: error }, 'unhandled error');
    if (failure.code === 'database_unavailable') {
      const { reason } = failure.extras;
      const message = `database unavailable${reason ? `: ${reason}` : ''}`;
      logger.error({ requestId, err: failure.cause }, message);
    }
    return send(c, failure);
  };
}

/** Whether the connection closed, or timed out, before the request was complete. */
function isCutOff(c: Context<HttpEnv>): boolean {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.destroyed === true && !incoming.complete;
}

export function sendProblem(c: Context<HttpEnv>, { code, message, extras }: AppError): Response {
  const { status, title } = PROBLEMS[code];
  const { retryAfterSeconds, attemptsLeft, errors, refusal } = extras;
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
  if (refusal) setRateLimitFields(c, [refusal]);
  if (code === 'unauthorized') c.header('WWW-Authenticate', 'Bearer realm="waverify"');
  c.set('problem', { code, retryAfter: retryAfterSeconds, attemptsLeft });
  const body = {
    type: toProblemType(code),
    title,
    status,
    detail: message,
    success: false,
    message,
    code,
    requestId: c.get('requestId'),
    ...(retryAfterSeconds !== undefined && { retryAfter: retryAfterSeconds }),
    ...(attemptsLeft !== undefined && { attemptsLeft }),
    ...(errors && { errors }),
  };
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}

/** Converts an error: what is not for callers becomes a fixed sentence. */
export function toAppError(error: Error): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status === 400) {
    return new AppError('invalid_json', 'The body is not valid JSON', { cause: error });
  }
  return new AppError(
    'internal_error',
    'Something went wrong. Find the error in the log by its requestId',
  );
}
