import { z } from '@hono/zod-openapi';
import { activityActions } from '../../../domain/activity.ts';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { attemptFailures } from '../../../domain/verification/attempt-failure.ts';
import { sessionReasons } from '../../../domain/whatsapp/session-reason.ts';
import { pageOf, timePageFields } from '../schemas/page.ts';
import { rangeFields } from '../schemas/time.ts';
import { AccountId } from '../users/user-schemas.ts';
import { PhoneNumber, SessionId } from '../verification/verification-schemas.ts';

const ACTIVITY_STATUS = ['success', 'error', 'pending'] as const;
const OTP_STATUS = ['sent', 'verified', 'expired', 'failed'] as const;
const LOGS = ['activity', 'otp', 'errors'] as const;

const Action = z
  .enum(activityActions, { error: 'must be an action as the log shows it' })
  .openapi({ example: 'otp_send' });

const filterFields = {
  sessionId: SessionId.optional(),
  phoneNumber: PhoneNumber.optional(),
  ...rangeFields,
  accountId: AccountId.optional().openapi({
    description:
      'For operators, who see all accounts and must name one to filter; others see their own only',
  }),
};

export const ErrorLogQuery = z.strictObject({
  action: Action.optional(),
  ...filterFields,
  ...timePageFields,
});

export const ActivityLogQuery = ErrorLogQuery.extend({
  status: z.enum(ACTIVITY_STATUS).optional(),
});

export const OtpLogQuery = z.strictObject({
  status: z.enum(OTP_STATUS).optional(),
  ...filterFields,
  ...timePageFields,
});

export const ExportQuery = z
  .strictObject({
    log: z.enum(LOGS).default('activity').openapi({ description: 'Which log' }),
    action: Action.optional().openapi({ description: 'Not of `otp`' }),
    status: z
      .enum([...ACTIVITY_STATUS, ...OTP_STATUS])
      .optional()
      .openapi({ description: 'As the pages of the log take it' }),
    ...filterFields,
  })
  .refine(({ log, action }) => log !== 'otp' || action === undefined, {
    path: ['action'],
    error: 'is not known to the log of codes',
  })
  .refine(({ log, status }) => status === undefined || statusesOf(log).includes(status), {
    path: ['status'],
    error: 'is none that this log knows',
  });

function statusesOf(log: (typeof LOGS)[number]): readonly string[] {
  if (log === 'errors') return [];
  return log === 'otp' ? OTP_STATUS : ACTIVITY_STATUS;
}

const accountId = z.string().optional().openapi({ description: 'For operators only' });
const phoneNumber = z.string().openapi({
  example: '+62812****7890',
  description: 'Masked, but for those who also hold `otp:send`',
});
const told = z.record(z.string(), z.unknown()).nullable();

/** The codes by which a program may tell activities apart; other actions name what they are about. */
const ActivityDetails = z
  .union([
    z.enum(attemptFailures).openapi('AttemptFailure'),
    z.enum(sessionReasons).openapi('SessionReason'),
    z.string(),
  ])
  .openapi({
    description:
      'Of `otp_verify` and `otp_expire`: an `AttemptFailure`, or null. Of `connection_close`: a `SessionReason`. Of `otp_send`: the channel. Of `limit_hit`: the limit. Of others: who did what, for people',
  });

export const Activity = z
  .object({
    id: z.int(),
    accountId,
    sessionId: z.string().nullable(),
    action: z.string(),
    messageType: z.string().nullable(),
    phoneNumber: phoneNumber.nullable(),
    messageId: z.string().nullable(),
    verificationId: z.string().nullable(),
    status: z.enum(ACTIVITY_STATUS),
    details: ActivityDetails.nullable(),
    errorMessage: z.string().nullable().openapi({
      description:
        'Of `otp_send`, `otp_verify` and `otp_expire`: the code of the error. Of others: a text for people',
    }),
    isTest: z.boolean().openapi({ description: 'Whether a test key did it' }),
    requestData: told.openapi({ description: 'What was asked: listed names only, nothing secret' }),
    responseData: told.openapi({ description: 'What was answered, alike' }),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    durationMs: z.int().nullable(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Activity');

export const LoggedOtp = z
  .object({
    id: z.int(),
    accountId,
    verificationId: z.string(),
    phoneNumber,
    purpose: z.string(),
    channel: z.string().nullable(),
    sessionId: z.string(),
    region: z.string().nullable(),
    status: z.enum(OTP_STATUS),
    attempts: z.int(),
    maxAttempts: z.int(),
    createdAt: z.iso.datetime(),
    deliveredAt: z.iso.datetime().nullable(),
    readAt: z.iso.datetime().nullable(),
    verifiedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime(),
    delivery: z
      .object({
        channel: z.string(),
        status: z.string(),
        reason: z.enum(deliveryFailureReasons).nullable(),
      })
      .nullable()
      .openapi({ description: 'The last attempt' }),
  })
  .openapi('LoggedOtp');

export const ActivityPage = pageOf(Activity).openapi('ActivityPage');
export const OtpLogPage = pageOf(LoggedOtp).openapi('OtpLogPage');
