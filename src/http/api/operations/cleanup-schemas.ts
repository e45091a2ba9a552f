import { z } from '@hono/zod-openapi';

const days = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1')
  .max(3650, 'must be at most 3650');

export const CleanupBody = z
  .strictObject({
    activityDays: days.optional().openapi({ description: 'Activity that is older goes' }),
    otpDays: days.optional().openapi({ description: 'Codes and deliveries alike' }),
  })
  .refine(({ activityDays, otpDays }) => activityDays !== undefined || otpDays !== undefined, {
    error: 'give activityDays, otpDays, or both',
  })
  .openapi('CleanupRequest');

export const CleanedUp = z
  .object({
    activity: z.int(),
    otp: z.int(),
    deliveries: z.int(),
    isComplete: z.boolean().openapi({
      description: 'false when the time was over, or another node was at it: ask again',
    }),
  })
  .openapi('CleanedUp');
