import { z } from '@hono/zod-openapi';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { Activity, LoggedOtp } from '../logs/log-schemas.ts';
import { PhoneNumber } from '../verification/verification-schemas.ts';

export const RecipientParams = z.object({ phoneNumber: PhoneNumber });

const time = z.iso.datetime().nullable();

const LoggedDelivery = z
  .object({
    verificationId: z.string(),
    channel: z.string(),
    sessionId: z.string().nullable(),
    messageId: z.string().nullable(),
    status: z.string(),
    reason: z.enum(deliveryFailureReasons).nullable(),
    details: z.string().nullable().openapi({ description: 'What the channel said, for people' }),
    createdAt: z.iso.datetime(),
    acceptedAt: time,
    deliveredAt: time,
    readAt: time,
    failedAt: time,
  })
  .openapi('LoggedDelivery');

export const Recipient = z
  .object({
    phoneNumber: z.string(),
    challenges: z.array(
      LoggedOtp.omit({ delivery: true }).extend({
        companyName: z.string().nullable(),
        ipAddress: z.string().nullable(),
        userAgent: z.string().nullable(),
      }),
    ),
    deliveries: z.array(LoggedDelivery),
    activity: z.array(Activity),
    contacts: z.array(z.string()).openapi({ description: 'Sessions that know the number' }),
    testNumberUntil: time.openapi({ description: 'null when it is no test number' }),
    isComplete: z.boolean().openapi({ description: 'false with more than 10,000 of a kind' }),
  })
  .openapi('Recipient');

const count = z.int();

export const Erased = z
  .object({
    challenges: count,
    deliveries: count,
    activities: count,
    contacts: count,
    testNumbers: count,
    answers: count.openapi({ description: 'Kept for requests with the same Idempotency-Key' }),
  })
  .openapi('Erased');
