import { z } from '@hono/zod-openapi';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { attemptFailures, timelineDetails } from '../../../domain/verification/attempt-failure.ts';
import { inboundOutcomes } from '../../../domain/verification/inbound.ts';
import { verificationMethods } from '../../../domain/verification/verification.ts';
import { eventKinds } from '../../../services/activity/read-timeline.ts';
import {
  ChannelName,
  ChannelNameOrNull,
  SessionName,
  VerificationId,
} from '../schemas/identifiers.ts';
import { maskedRecipientFields } from '../schemas/recipient.ts';

export const TimelineParams = z.object({ verificationId: VerificationId });

const TimelineEvent = z
  .object({
    at: z.iso.datetime().describe('When it happened'),
    kind: z.enum(eventKinds).describe('What happened'),
    channel: ChannelName.optional().describe('For deliveries: the channel'),
    sessionId: SessionName.optional(),
    reportsDelivery: z
      .boolean()
      .optional()
      .describe('For `accepted`: whether the channel reports when messages are delivered and read'),
    reason: z
      .enum(deliveryFailureReasons)
      .optional()
      .describe('For `failed`: why the channel did not accept the message'),
    outcome: z
      .enum([...attemptFailures, ...inboundOutcomes])
      .optional()
      .describe(
        'For a `guess` that was not accepted: why not. For a `message` with the token: what it led to',
      ),
    limit: z.string().optional().describe('For `limit`: the name of the limit that was exceeded'),
    details: z
      .enum(timelineDetails)
      .optional()
      .describe(
        'For `expired`: how the code ended. For a `guess`: whether it was the last attempt',
      ),
    by: z.string().optional().openapi({
      description: 'For `unlocked`: who lifted the lock',
      example: 'user:1',
    }),
    note: z
      .string()
      .optional()
      .describe('What the channel reported about the message, for people; its wording may change'),
  })
  .openapi('TimelineEvent', {
    description: 'One event of a verification. Fields that do not belong to its kind are absent.',
  });

export const Timeline = z
  .object({
    verificationId: VerificationId,
    ...maskedRecipientFields(', masked for callers without `otp:send`'),
    kind: z
      .enum(['code', 'relayed'])
      .describe(
        '`relayed` for a code that another server created, and that is only delivered here',
      ),
    purpose: z.string().describe('What the code is for'),
    method: z
      .enum(verificationMethods)
      .describe('`inbound` for a verification by an incoming message'),
    channel: ChannelNameOrNull.describe('The channel that accepted the message'),
    sessionId: SessionName,
    status: z.enum(['sent', 'verified', 'expired', 'failed']).describe('The status of the code'),
    attempts: z.int().nullable().describe('Attempts that were made; null for `relayed`'),
    maxAttempts: z.int().nullable().describe('Attempts that are allowed; null for `relayed`'),
    createdAt: z.iso.datetime().describe('When the code was requested'),
    expiresAt: z.iso
      .datetime()
      .describe(
        'When the code expires or expired; for a code that another server created, as far as is known',
      ),
    events: z.array(TimelineEvent).describe('Everything that happened, in order of time'),
  })
  .openapi('Timeline', { description: 'The history of one verification.' });
