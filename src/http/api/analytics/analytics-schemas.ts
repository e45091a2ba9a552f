import { z } from '@hono/zod-openapi';
import { groupings } from '../../../services/analytics/read-funnel.ts';

import { rangeFields } from '../schemas/time.ts';
import { AccountId } from '../users/user-schemas.ts';
import { SessionId } from '../verification/verification-schemas.ts';

export const DashboardQuery = z.strictObject({ timeZone: rangeFields.timeZone });

export const RangeQuery = z.strictObject(rangeFields);

export const FunnelQuery = z.strictObject({
  ...rangeFields,
  by: z.enum(groupings).optional().openapi({ description: 'Tells the parts beside the whole' }),
  channel: z.string().max(20).optional(),
  sessionId: SessionId.optional(),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 region as ID')
    .optional(),
  accountId: AccountId.optional().openapi({
    description: 'For operators, who see all accounts; others see their own only',
  }),
});

const rate = z.number().min(0).max(1).nullable();
const times = z.object({ p50: z.int().nullable(), p95: z.int().nullable() });

const funnelFields = {
  asked: z.int().openapi({ description: 'Codes that somebody asked for, limits left room for' }),
  sent: z.int().openapi({ description: 'A channel took the message' }),
  delivered: z.int().openapi({ description: 'It reached the device, as far as the channel tells' }),
  read: z.int().openapi({ description: 'It was read; people may hide that' }),
  verified: z.int(),
  failed: z.int().openapi({ description: 'No channel took the message' }),
  expired: z.int().openapi({ description: 'Their time was over, or they were replaced or ended' }),
  deliveryRate: rate.openapi({ description: 'delivered / sent; null when nothing was sent' }),
  readRate: rate.openapi({ description: 'read / sent' }),
  conversionRate: rate.openapi({ description: 'verified / sent' }),
  deliveryMs: times.openapi({
    description: 'From the request to the receipt; off by less than a factor of √2',
  }),
  verificationMs: times.openapi({ description: 'From the request to the right code, alike' }),
};

const Funnel = z.object(funnelFields).openapi('Funnel');

const count = z.object({ total: z.int(), today: z.int() });

export const Dashboard = z
  .object({
    sessions: z.object({ total: z.int(), active: z.int(), inactive: z.int() }),
    messages: count.openapi({ description: 'Sent by send-message; codes are not in it' }),
    otp: count.openapi({ description: 'Codes that a channel took' }),
    limitHits: z.object({ today: z.int() }).openapi({
      description: 'Numbers and addresses that a limit turned away, once a window each',
    }),
    funnel: Funnel.openapi({ description: 'What became of the codes of today' }),
    byChannel: z.array(z.object({ channel: z.string(), ...funnelFields })),
    bySession: z.array(z.object({ sessionId: z.string(), ...funnelFields })),
    timeZone: z.string(),
    timestamp: z.iso.datetime(),
  })
  .openapi('Dashboard');

const range = {
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  timeZone: z.string(),
};

export const FunnelReport = z
  .object({
    ...range,
    by: z.enum(groupings).nullable(),
    total: Funnel,
    groups: z.array(
      z.object({
        value: z.string().openapi({
          description:
            'The channel (empty when none took it), session or region (empty when unknown); for `hour` and `day` when it began, by the clocks of `timeZone`',
        }),
        ...funnelFields,
      }),
    ),
  })
  .openapi('FunnelReport');

const messages = z.object({ sent: z.int(), failed: z.int() });

export const SessionStats = z
  .object({
    sessionId: z.string(),
    status: z.string(),
    state: z.string(),
    ...range,
    messages,
    otp: Funnel,
    ever: z.object({ messages, otp: Funnel }),
  })
  .openapi('SessionStats');
