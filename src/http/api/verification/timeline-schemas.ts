import { z } from '@hono/zod-openapi';
import { eventKinds } from '../../../services/activity/timeline-service.ts';
import { VerificationId } from './verification-schemas.ts';

export const TimelineParams = z.object({ verificationId: VerificationId });

const TimelineEvent = z
  .object({
    at: z.iso.datetime(),
    kind: z.enum(eventKinds),
    channel: z.string().optional(),
    sessionId: z.string().optional(),
    reason: z.string().optional().openapi({
      description:
        'Of `failed`: `not_on_channel`, `refused`, `unavailable`, `timeout`, `misconfigured`',
    }),
    outcome: z.string().optional().openapi({
      description: 'Of a `guess` that was not right: as `wrong passcode` or `locked`',
    }),
    limit: z.string().optional().openapi({ description: 'Of `limit`: the one that refused' }),
    details: z.string().optional().openapi({ description: 'For people; do not rely on its words' }),
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
