import { z } from '@hono/zod-openapi';
import { pageFields, pageOf } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';
import { wholeNumberInQuery } from '../schemas/whole-number.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const PublicId = z.string().regex(/^[\w-]{1,40}$/, 'must be an id as the lists show it');

export const UsageQuery = z
  .strictObject({
    from: Moment.optional().openapi({
      description: 'Hours that began then or later',
      example: '2026-01-31T00:00:00Z',
    }),
    to: Moment.optional().openapi({
      description: 'Hours that began before',
      example: '2026-02-01T00:00:00Z',
    }),
    method: z
      .enum(METHODS, { error: `must be one of ${METHODS.join(', ')}` })
      .optional()
      .openapi({ description: 'HEAD is counted apart from GET' }),
    route: z.string().min(1).max(128).optional().openapi({
      description: 'The pattern of the route, as the entries have it',
      example: '/api/otp/status/:phoneNumber',
    }),
    status: wholeNumberInQuery({ min: 100, max: 599 }).optional(),
    keyId: PublicId.optional().openapi({ description: 'Requests by this key' }),
    userId: PublicId.optional().openapi({ description: 'Requests by this person' }),
    accountId: PublicId.optional().openapi({
      description: 'For operators, who see all accounts; others see their own only',
    }),
    ...pageFields,
  })
  .refine(({ keyId, userId }) => keyId === undefined || userId === undefined, {
    path: ['userId'],
    error: 'cannot stand beside keyId: one request has one caller',
  })
  .refine(({ from, to }) => !from || !to || new Date(from) < new Date(to), {
    path: ['from'],
    error: 'must be before `to`',
  });

const averageMs = z.number().nullable().openapi({ description: 'null when there were none' });

const UsageEntry = z
  .object({
    hour: z.iso.datetime().openapi({ description: 'When the hour began' }),
    accountId: z.string(),
    principal: z.object({
      kind: z.enum(['bootstrap', 'key', 'user']),
      id: z.string().nullable().openapi({ description: 'null for the key of the environment' }),
    }),
    method: z.string(),
    route: z.string().openapi({ description: 'The pattern, never the address itself' }),
    status: z.int(),
    requests: z.int(),
    averageMs: z.number(),
    maxMs: z.int(),
  })
  .openapi('UsageEntry');

const UsageTotals = z
  .object({
    requests: z.int(),
    failures: z.int().openapi({ description: 'Answered 400 or above' }),
    averageMs,
  })
  .openapi('UsageTotals');

export const UsagePage = pageOf(UsageEntry)
  .extend({
    totals: UsageTotals.nullable().openapi({
      description:
        'Over all pages; null when the filter means more than 10,000 entries: then ask for a shorter time',
    }),
  })
  .openapi('UsagePage');
