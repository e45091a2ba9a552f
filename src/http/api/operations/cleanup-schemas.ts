import { z } from '@hono/zod-openapi';
import { fault } from '../schemas/one-of.ts';

const days = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1')
  .max(3650, 'must be at most 3650');

export const CleanupBody = z
  .strictObject({
    activityDays: days.optional().openapi({
      description: 'Delete entries of the activity log that are older than this many days',
    }),
    otpDays: days.optional().openapi({
      description: 'Delete codes and deliveries that are older than this many days',
    }),
  })
  .refine(
    ({ activityDays, otpDays }) => activityDays !== undefined || otpDays !== undefined,
    fault('required', 'give activityDays, otpDays, or both'),
  )
  .openapi('CleanupRequest', { description: 'What to delete. Give at least one field.' });

export const CleanedUp = z
  .object({
    activity: z.int().describe('Entries of the activity log that were deleted'),
    otp: z.int().describe('Codes that were deleted'),
    deliveries: z.int().describe('Deliveries that were deleted'),
    isComplete: z
      .boolean()
      .describe('false if time ran out or another node is cleaning up: repeat the request'),
  })
  .openapi('CleanedUp', { description: 'How many rows were deleted.' });
