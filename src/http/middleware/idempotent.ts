import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError } from '../../domain/errors.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { IdempotencyService } from '../../services/operations/idempotency-service.ts';
import type { HttpEnv } from '../http-env.ts';
import { preferenceApplied } from '../respond-async.ts';

/** 1 to 255 visible characters, bare or in quotes (a structured-field string). */
const KEY = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/** More levels than any valid body has. Serialising a deep one would exhaust the stack. */
const MOST_LEVELS = 8;

/**
 * Replays the response to an earlier request with the same `Idempotency-Key`. `normalise` makes the bodies equal
 * that mean the same to the route.
 */
export function idempotent(
  idempotency: IdempotencyService,
  normalise: (body: unknown) => unknown,
): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const header = c.req.header('idempotency-key');
    if (header === undefined) return next();
    const { accountId, principal, mode } = c.get('caller');
    const outcome = await idempotency.begin({
      ...{ accountId, principal, mode },
      route: `${c.req.method} ${c.req.path}`,
      key: readKey(header),
      body: rewrite(await c.req.text(), normalise),
    });
    if (outcome.kind === 'replay') return replay(c, outcome.answer);
    await next();
    if (!changedSomething(c)) return idempotency.release(outcome.claim);
    const body = await c.res.clone().text();
    const isSecret = c.get('hasSecretAnswer') === true;
    return idempotency.finish(outcome.claim, { statusCode: c.res.status, body, isSecret });
  };
}

/** A body that is nested too deeply stays as it is: the route refuses it. */
function rewrite(text: string, normalise: (body: unknown) => unknown): string {
  const body: unknown = JSON.parse(text);
  return hasAtMost(MOST_LEVELS, body) ? JSON.stringify(normalise(body)) : text;
}

function hasAtMost(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((field) => hasAtMost(levels - 1, field));
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
