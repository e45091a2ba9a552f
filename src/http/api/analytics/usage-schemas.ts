import { z } from '@hono/zod-openapi';
import { fault } from '../schemas/one-of.ts';
import { pageFields, pageOf } from '../schemas/page.ts';
import { Moment } from '../schemas/time.ts';
import { wholeNumberInQuery } from '../schemas/whole-number.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const GROUPINGS = ['hour', 'route', 'caller'] as const;
export type UsageBy = (typeof GROUPINGS)[number];

const PublicId = z.string().regex(/^[\w-]{1,40}$/, 'must be an ID, as the lists show it');

export const UsageQuery = z
  .strictObject({
    from: Moment.optional().openapi({
      description: 'Only hours that began at this time or later',
      example: '2026-01-31T00:00:00Z',
    }),
    to: Moment.optional().openapi({
      description: 'Only hours that began before this time',
      example: '2026-02-01T00:00:00Z',
    }),
    method: z
      .enum(METHODS, { error: `must be one of ${METHODS.join(', ')}` })
      .optional()
      .openapi({
        description: 'Only requests of this method. `HEAD` is counted separately from `GET`',
      }),
    route: z.string().min(1).max(128).optional().openapi({
      description: 'Only this route, written as in the entries',
      example: '/api/otp/status/:phoneNumber',
    }),
    status: wholeNumberInQuery({ min: 100, max: 599 })
      .optional()
      .openapi({ description: 'Only responses with this HTTP status' }),
    keyId: PublicId.optional().openapi({ description: 'Only requests of this API key' }),
    userId: PublicId.optional().openapi({ description: 'Only requests of this user' }),
    accountId: PublicId.optional().openapi({
      description:
        'Only this account. For users with the role `ADMIN`; all other callers see their own account only',
    }),
    by: z
      .enum(GROUPINGS)
      .optional()
      .openapi({ description: 'Also returns the totals of each group' }),
    ...pageFields,
  })
  .refine(({ keyId, userId }) => keyId === undefined || userId === undefined, {
    path: ['userId'],
    ...fault('conflict', 'cannot be combined with keyId'),
  })
  .refine(({ from, to }) => !from || !to || new Date(from) < new Date(to), {
    path: ['from'],
    ...fault('conflict', 'must be before `to`'),
  });

const UsageEntry = z
  .object({
    hour: z.iso.datetime().describe('When the hour began'),
    accountId: z.string().describe('The account of the caller'),
    principal: z
      .object({
        kind: z
          .enum(['bootstrap', 'key', 'user', 'hook'])
          .describe('`bootstrap` is the `API_KEY` of the installation'),
        id: z
          .string()
          .nullable()
          .describe('The ID of the API key, user or hook; null for `bootstrap`'),
      })
      .describe('The caller'),
    method: z.string().describe('The HTTP method'),
    route: z.string().openapi({
      description: 'The pattern of the route, never the path itself',
      example: '/api/otp/status/:phoneNumber',
    }),
    status: z.int().describe('The HTTP status'),
    requests: z.int().describe('How many requests'),
    averageMs: z.number().describe('Their average duration in milliseconds'),
    maxMs: z.int().describe('The longest duration in milliseconds'),
  })
  .openapi('UsageEntry', {
    description: 'The requests of one hour with the same caller, method, route and status.',
  });

const sums = {
  requests: z.int().describe('How many requests'),
  failures: z.int().describe('How many of them were answered with a status of 400 or above'),
  clientErrors: z.int().describe('How many with a status from 400 to 499'),
  serverErrors: z.int().describe('How many with a status of 500 or above'),
  averageMs: z
    .number()
    .nullable()
    .describe('Their average duration in milliseconds; null if there were none'),
};

const UsageTotals = z.object(sums).openapi('UsageTotals', {
  description:
    'Totals over all pages. null when more than 50,000 entries match: choose a shorter period.',
});

const UsageGroup = z
  .object({
    value: z.string().openapi({
      description:
        'When the hour began; the pattern of the route, of all methods; or the caller: `bootstrap`, `key:…`, `user:…` or `hook:…`',
      example: '/api/otp/send',
    }),
    ...sums,
    maxMs: z.int().describe('The longest duration in milliseconds'),
  })
  .openapi('UsageGroup', { description: 'The totals of one hour, route or caller.' });

export const UsagePage = pageOf(UsageEntry)
  .extend({
    totals: UsageTotals.nullable(),
    groups: z
      .array(UsageGroup)
      .nullable()
      .describe(
        'The totals by `by`, of at most 1,000 groups; null without it, and with more than 50,000 entries',
      ),
    groupsLeftOut: z
      .int()
      .describe(
        'How many groups are left out because there are more: the earliest hours, or the routes or callers with the fewest requests. `totals` includes them',
      ),
  })
  .openapi('UsagePage', { description: 'A page of usage entries.' });
