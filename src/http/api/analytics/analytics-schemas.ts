import { z } from '@hono/zod-openapi';
import { conversionDimensions } from '../../../domain/analytics/conversion-band.ts';
import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import { sessionStates, sessionStatuses } from '../../../domain/whatsapp/session.ts';
import { groupings } from '../../../services/analytics/read-funnel.ts';
import { SessionId, SessionName } from '../schemas/identifiers.ts';
import { oneOf } from '../schemas/one-of.ts';
import { rangeFields } from '../schemas/time.ts';
import { AccountId, AskedAccountId } from '../users/user-schemas.ts';

/** What `forbidden` means on routes about the whole account. */
export const PART_ONLY =
  'The caller lacks the scope `analytics:read`, or its API key is restricted to a part of the account.';

export const DashboardQuery = z.strictObject({
  timeZone: rangeFields.timeZone,
  accountId: AskedAccountId,
});

export const RangeQuery = z.strictObject(rangeFields);

export const FunnelQuery = z.strictObject({
  ...rangeFields,
  by: z
    .enum(groupings)
    .optional()
    .openapi({ description: 'Also returns the funnel of each group' }),
  channel: z.string().max(LONGEST_CHANNEL_NAME).optional().openapi({
    description:
      'Only codes sent on this channel. `inbound`: only verifications by an incoming message, which are part of no total',
    example: 'whatsapp',
  }),
  sessionId: SessionId.optional().openapi({ description: 'Only codes sent from this session' }),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 region such as ID')
    .optional()
    .openapi({ description: 'Only codes to numbers of this region (ISO 3166)', example: 'ID' }),
  accountId: AskedAccountId,
});

export const DropsQuery = z.strictObject({ accountId: FunnelQuery.shape.accountId });

const rate = z.number().min(0).max(1).nullable();
const times = z.object({
  p50: z.int().nullable().describe('The median in milliseconds; null if there are none'),
  p95: z.int().nullable().describe('The 95th percentile in milliseconds'),
});

const funnelFields = {
  asked: z.int().describe('Codes that were requested within the limits'),
  sent: z.int().describe('Codes that a channel accepted'),
  delivered: z.int().describe('Codes that reached the device, as far as the channel reports it'),
  read: z.int().describe('Codes that were read; users can turn off read receipts'),
  verified: z.int().describe('Codes that were entered correctly'),
  failed: z.int().describe('Codes that no channel accepted; not part of `sent`'),
  expired: z.int().describe('Codes that expired, were replaced or were invalidated'),
  deliveryRate: rate.describe('`delivered` / `sent`; null if nothing was sent'),
  readRate: rate.describe('`read` / `sent`; null if nothing was sent'),
  conversionRate: rate.describe(
    '`verified` / `sent`; null if nothing was sent. For `inbound`: `verified` / `asked`',
  ),
  deliveryMs: times.describe('Time from request to delivery, accurate to a factor of √2'),
  verificationMs: times.describe('Time from request to verification, accurate to a factor of √2'),
};

const Funnel = z
  .object(funnelFields)
  .openapi('Funnel', { description: 'The outcomes of a set of codes.' });

const count = z.object({
  total: z.int().describe('All time'),
  today: z.int().describe('Today, in `timeZone`'),
});

export const Dashboard = z
  .object({
    sessions: z
      .object({
        total: z.int().describe('All sessions'),
        active: z.int().describe('Connected sessions'),
        inactive: z.int().describe('All others'),
      })
      .describe('WhatsApp sessions'),
    messages: count.describe('Messages sent with send-message; codes are not included'),
    otp: count.describe('Codes that a channel accepted'),
    relayed: z
      .object({
        today: z.int().describe('Today, in `timeZone`'),
        failedToday: z.int().describe('Those of today that were refused or failed'),
      })
      .describe(
        'Codes of other servers that were delivered for hooks; `otp` does not include them',
      ),
    limitHits: z
      .object({ today: z.int().describe('Today, in `timeZone`') })
      .describe('Numbers and addresses that exceeded a limit, counted once per window'),
    funnel: Funnel,
    byChannel: z
      .array(
        z.object({
          channel: z
            .string()
            .describe(
              'The channel; empty if none accepted the message; `inbound` for verifications by an incoming message, which are part of no total',
            ),
          ...funnelFields,
        }),
      )
      .describe('The funnel of today by channel'),
    bySession: z
      .array(z.object({ sessionId: SessionName, ...funnelFields }))
      .describe('The funnel of today by session'),
    timeZone: z.string().describe('The time zone that decides what is today'),
    timestamp: z.iso.datetime().describe('The time of the figures'),
  })
  .openapi('Dashboard', { description: 'Figures of the account.' });

const range = {
  from: z.iso.datetime().describe('The beginning of the period'),
  to: z.iso.datetime().describe('The end of the period'),
  timeZone: z.string().describe('The time zone of the query'),
};

export const FunnelReport = z
  .object({
    ...range,
    by: z.enum(groupings).nullable().describe('The grouping; null if there is none'),
    total: Funnel,
    messages: z
      .int()
      .nullable()
      .describe(
        'Messages sent with send-message; codes are not included. null with `channel`, `sessionId` or `region`',
      ),
    limitHits: z
      .int()
      .nullable()
      .describe(
        'Numbers and addresses that exceeded a limit, counted once per window. null with `channel`, `sessionId` or `region`',
      ),
    groups: z
      .array(
        z.object({
          value: z
            .string()
            .describe(
              'The channel (empty if none accepted the message), session or region (empty if unknown); for `hour` and `day`, its beginning in local time',
            ),
          ...funnelFields,
        }),
      )
      .describe('The funnel of each group'),
  })
  .openapi('FunnelReport', { description: 'The funnel of a period.' });

const messages = z
  .object({
    sent: z.int().describe('Messages that WhatsApp accepted'),
    failed: z.int().describe('Messages that failed'),
  })
  .describe('Messages sent with send-message; codes are not included');

export const SessionStats = z
  .object({
    sessionId: SessionName,
    status: oneOf(sessionStatuses).describe('A short form of `state`, with four values'),
    state: oneOf(sessionStates).describe('The state of the session'),
    ...range,
    messages,
    otp: Funnel,
    ever: z.object({ messages, otp: Funnel }).describe('The same figures for all time'),
  })
  .openapi('SessionStats', { description: 'What a session sent.' });

const share = z.number().min(0).max(1);

export const ConversionDrops = z
  .object({
    drops: z
      .array(
        z.object({
          accountId: AccountId.describe('The account'),
          dimension: oneOf(conversionDimensions).describe('What dropped'),
          value: z.string().describe('The channel, or the region (ISO 3166)'),
          share: share.describe(
            'Which share of the codes that were sent in the window was verified',
          ),
          expectedShare: share.describe('The same share in the seven days before'),
          from: z.iso.datetime().describe('The beginning of the window'),
          to: z.iso.datetime().describe('The end of the window'),
          since: z.iso.datetime().describe('When it was first found to be lower than usual'),
        }),
      )
      .describe('Oldest first'),
  })
  .openapi('ConversionDrops', {
    description: 'Channels and regions with a lower conversion than usual.',
  });
