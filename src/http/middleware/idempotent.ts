import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../../domain/errors.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { IdempotencyService } from '../../services/operations/idempotency-service.ts';
import type { HttpEnv } from '../http-env.ts';
import { preferenceApplied } from '../respond-async.ts';

/** 1 to 255 visible characters, bare or in quotes (a structured-field string). */
const KEY = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/** Replays the response to an earlier request with the same `Idempotency-Key`. */
export function idempotent(idempotency: IdempotencyService): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const header = c.req.header('idempotency-key');
    if (header === undefined) return next();
    const { accountId, principal, mode } = c.get('caller');
    const outcome = await idempotency.begin({
      ...{ accountId, principal, mode },
      route: `${c.req.method} ${c.req.path}`,
      key: readKey(header),
      body: withoutNulls(await c.req.text()),
    });
    if (outcome.kind === 'replay') return replay(c, outcome.answer);
    await next();
    if (!changedSomething(c)) return idempotency.release(outcome.claim);
    const body = await c.res.clone().text();
    return idempotency.finish(outcome.claim, { statusCode: c.res.status, body });
  };
}

/**
 * Removes fields that are null: on the routes with this header they mean the same as missing ones.
 * These routes accept no lists or objects, and serialising deep ones would exhaust the stack.
 */
function withoutNulls(text: string): string {
  const body: unknown = JSON.parse(text);
  if (!isObject(body)) return text;
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const isFlat = given.every(([, value]) => typeof value !== 'object');
  return isFlat ? JSON.stringify(Object.fromEntries(given)) : text;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function replay(c: Context, { statusCode, body }: { statusCode: number; body: string }): Response {
  const type = statusCode < 400 ? 'application/json' : 'application/problem+json; charset=utf-8';
  return c.body(body, statusCode as ContentfulStatusCode, {
    'Content-Type': type,
    'Idempotent-Replayed': 'true',
    ...(statusCode === 202 && preferenceApplied),
  });
}

/** A request that was refused without a change may be repeated with the same key. */
function changedSomething(c: Context): boolean {
  return c.error === undefined || (c.error instanceof AppError && c.error.code === 'otp_invalid');
}

function readKey(header: string): string {
  const [, quoted, bare] = KEY.exec(header) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  throw invalidField(
    'Idempotency-Key',
    'must be 1 to 255 visible ASCII characters, such as a UUID',
    'invalid_format',
  );
}
