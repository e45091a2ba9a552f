import { z } from '@hono/zod-openapi';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { attemptFailures, timelineDetails } from '../../../domain/verification/attempt-failure.ts';
import { eventKinds } from '../../../services/activity/timeline-service.ts';
import { VerificationId } from './verification-schemas.ts';

export const TimelineParams = z.object({ verificationId: VerificationId });

const TimelineEvent = z
  .object({
    at: z.iso.datetime(),
    kind: z.enum(eventKinds),
    channel: z.string().optional(),
    sessionId: z.string().optional(),
    reason: z
      .enum(deliveryFailureReasons)
      .optional()
      .openapi({ description: 'Of `failed`: why the channel did not take the message' }),
    outcome: z
      .enum(attemptFailures)
      .optional()
      .openapi({ description: 'Of a `guess` that did not verify' }),
    limit: z.string().optional().openapi({ description: 'Of `limit`: the one that refused' }),
    details: z.enum(timelineDetails).optional().openapi({
      description: 'Of `expired`: how the code ended. Of a `guess`: whether it was the last one',
    }),
    by: z.string().optional().openapi({
      description: 'Of `unlocked`: who lifted the lock',
      example: 'user:1',
    }),
    note: z.string().optional().openapi({
      description: 'What the channel said about the message, for people: its words may change',
    }),
  })
  .openapi('TimelineEvent');

export const Timeline = z
  .object({
    verificationId: z.string(),
    phoneNumber: z.string().openapi({
      example: '+62812****7890',
      description: 'Masked, but for those who hold `otp:send`',
    }),
    purpose: z.string(),
    channel: z.string().nullable(),
    sessionId: z.string(),
    status: z.enum(['sent', 'verified', 'expired', 'failed']),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    events: z.array(TimelineEvent),
  })
  .openapi('Timeline');
