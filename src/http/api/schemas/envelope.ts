import { z } from '@hono/zod-openapi';
import { nullAsAbsent } from './null-as-absent.ts';

/** RFC 9457 problem details, with the fields of our envelope as extension members. */
const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    success: z.literal(false),
    message: z.string(),
    code: z.string().openapi({ example: 'otp_invalid' }),
    requestId: z.string(),
    retryAfter: z.int().optional().openapi({ description: 'Seconds, as in Retry-After' }),
    attemptsLeft: z.int().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');

/** The `{ success, message, data }` envelope that every answer of this API wears. */
export function successOf<T extends z.ZodType>(data: T) {
  return z.object({ success: z.literal(true), message: z.string(), data });
}

export function success<T>(message: string, data: T) {
  return { success: true as const, message, data };
}

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The body of a request. `null` for an optional field is the same as leaving it out. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema: nullAsAbsent(schema) } } };
}

const FORBIDDEN =
  '`forbidden`: the key is not for this, or not for this session, purpose or region';

/** The failures that a route behind the key may answer with, by status. */
export function problems<S extends number = never>(descriptions: Record<S, string>) {
  const content = { 'application/problem+json': { schema: Problem } };
  const all = { 401: 'No key, or not the right one', 403: FORBIDDEN, ...descriptions };
  const entries = Object.entries<string>(all).map(([status, description]) => [
    status,
    { description, content },
  ]);
  return Object.fromEntries(entries) as Record<
    S | 401 | 403,
    { description: string; content: typeof content }
  >;
}

/** What any body may be refused for, before it is read. */
export const BODY_PROBLEMS = {
  413: 'A body of more than 16 KiB',
  415: 'Not application/json in UTF-8, or compressed',
};

/** Checked in full by the middleware that heeds it; here it is for the document. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z.string().optional().openapi({
    description:
      'Repeat a request with the same key and body, and it gets the first answer; kept 24 hours',
    example: '5f0c1c9e-8a3b-4a52-9d0e-2f6f5f1f7c11',
  }),
});

/** No query parameter is known: one that is sent is refused. */
export const NoQuery = z.strictObject({});
