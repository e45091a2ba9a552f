import { z } from '@hono/zod-openapi';
import { activityActions } from '../../../domain/activity.ts';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { attemptFailures } from '../../../domain/verification/attempt-failure.ts';
import { verificationMethods } from '../../../domain/verification/verification.ts';
import { sessionReasons } from '../../../domain/whatsapp/session-reason.ts';
import {
  ChannelName,
  ChannelNameOrNull,
  DeliveryStatus,
  EmailInQuery,
  PhoneNumber,
  SessionId,
  SessionName,
  VerificationId,
} from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { pageOf, timePageFields } from '../schemas/page.ts';
import { maskedRecipientFields } from '../schemas/recipient.ts';
import { rangeFields } from '../schemas/time.ts';
import { AccountId } from '../users/user-schemas.ts';

const ACTIVITY_STATUS = ['success', 'error', 'pending'] as const;
const OTP_STATUS = ['sent', 'verified', 'expired', 'failed'] as const;
const LOGS = ['activity', 'otp', 'errors'] as const;

const Action = z
  .enum(activityActions, { error: 'must be an action of the log' })
  .openapi({ example: 'otp_send' });

const filterFields = {
  sessionId: SessionId.optional().openapi({ description: 'Only entries of this session' }),
  phoneNumber: PhoneNumber.optional().openapi({
    description:
      'Only entries about this number. For callers with `otp:send`, and users with the role `ADMIN`',
  }),
  email: EmailInQuery.optional().openapi({
    description:
      'Only entries about this email address; not with `phoneNumber`. For the same callers',
  }),
  ...rangeFields,
  accountId: AccountId.optional().openapi({
    description:
      'Only this account. For users with the role `ADMIN`, who must name one to filter; all other callers see their own account only',
  }),
};

const calls = z.enum(['true', 'false']).optional().openapi({
  description:
    'With `false`, entries of the action `api_call` are left out, unless `action` names it',
});

export const ErrorLogQuery = z.strictObject({
  action: Action.optional().openapi({
    description:
      'Only entries of this action. `api_call` leaves out the calls that are entries of `otp_send`, `otp_verify` or `otp_expire`',
  }),
  calls,
  ...filterFields,
  ...timePageFields,
});

export const ActivityLogQuery = ErrorLogQuery.extend({
  status: z
    .enum(ACTIVITY_STATUS)
    .optional()
    .openapi({ description: 'Only entries with this status' }),
});

/** Read together with the number that it is the end of. */
const lastDigits = z
  .string()
  .regex(/^\d{4,15}$/, 'must be 4 to 15 digits')
  .optional()
  .openapi({
    description:
      'Only codes to numbers that end in these digits: 4 to 15, or exactly 4 without `otp:send`; not with `phoneNumber` or `email`',
    example: '7890',
  });

export const OtpLogQuery = z.strictObject({
  status: z.enum(OTP_STATUS).optional().openapi({ description: 'Only codes with this status' }),
  lastDigits,
  ...filterFields,
  ...timePageFields,
});

export const ExportQuery = z
  .strictObject({
    log: z.enum(LOGS).default('activity').openapi({ description: 'The log to export' }),
    action: Action.optional().openapi({
      description: 'Only entries of this action; not for the log `otp`',
    }),
    status: z
      .enum([...ACTIVITY_STATUS, ...OTP_STATUS])
      .optional()
      .openapi({
        description: 'Only entries with this status, which must be a status of the selected log',
      }),
    lastDigits,
    calls,
    ...filterFields,
  })
  .refine(({ log, lastDigits: digits }) => log === 'otp' || digits === undefined, {
    path: ['lastDigits'],
    ...fault('conflict', 'can only be used with the log otp'),
  })
  .refine(({ log, calls: shown }) => log !== 'otp' || shown === undefined, {
    path: ['calls'],
    ...fault('conflict', 'cannot be used with the log otp'),
  })
  .refine(({ log, action }) => log !== 'otp' || action === undefined, {
    path: ['action'],
    ...fault('conflict', 'cannot be used with the log otp'),
  })
  .refine(({ log, status }) => status === undefined || statusesOf(log).includes(status), {
    path: ['status'],
    ...fault('conflict', 'is not a status of this log'),
  });

function statusesOf(log: (typeof LOGS)[number]): readonly string[] {
  if (log === 'errors') return [];
  return log === 'otp' ? OTP_STATUS : ACTIVITY_STATUS;
}

const accountId = z
  .string()
  .optional()
  .describe('The account; only for users with the role `ADMIN`');
const recipient = maskedRecipientFields(', masked for callers without `otp:send`');
const recorded = z.record(z.string(), z.unknown()).nullable();

/** Codes for programs. The details of other actions are texts. */
const ActivityDetails = z
  .union([
    z.enum(attemptFailures).openapi('AttemptFailure', {
      description: 'Why an attempt did not verify, or why there was no code to invalidate.',
    }),
    z.enum(sessionReasons).openapi('SessionReason', {
      description: 'Why a session is in its state.',
    }),
    z.string(),
  ])
  .openapi({
    description:
      'For `otp_verify` and `otp_expire`: an `AttemptFailure`, or null. For `connection_close`: a `SessionReason`. For `otp_send`: the channel. For `limit_hit`: the limit. For `api_call`: the route. For all others: who did what',
  });

export const Activity = z
  .object({
    id: z.int().describe('The ID of the entry'),
    accountId,
    sessionId: SessionName.nullable(),
    action: z.string().openapi({ description: 'What was done', example: 'otp_send' }),
    messageType: z.string().nullable().describe('The kind of message, for actions that send one'),
    ...recipient,
    phoneNumber: z.string().nullable().openapi({
      description:
        'The phone number that it is about, masked for callers without `otp:send`; null if it is about an email address, or no recipient',
      example: '+62812****7890',
    }),
    messageId: z.string().nullable().describe('The ID of the message on its channel'),
    verificationId: z.string().nullable().describe('The verification that it is about'),
    status: z.enum(ACTIVITY_STATUS).describe('How it ended'),
    details: ActivityDetails.nullable(),
    errorMessage: z
      .string()
      .nullable()
      .describe(
        'For `otp_send`, `otp_verify`, `otp_expire` and `api_call`: the code of the error. For all others: a text for people',
      ),
    isTest: z.boolean().describe('Whether a test key did it'),
    requestData: recorded.describe(
      'Some fields of the request; nothing secret. For `otp_send`, `otp_verify` and `otp_expire`, also the `route`, and the address of the caller as `callerIp` if `ipAddress` is a `clientIp`',
    ),
    responseData: recorded.describe('Some fields of the response; nothing secret'),
    ipAddress: z.string().nullable().describe('The address of the caller, or its `clientIp`'),
    userAgent: z.string().nullable().describe('The `User-Agent` of the caller'),
    durationMs: z.int().nullable().describe('The duration in milliseconds'),
    createdAt: z.iso.datetime().describe('When it happened'),
  })
  .openapi('Activity', { description: 'An entry of the activity log.' });

export const LoggedOtp = z
  .object({
    id: z.int().describe('The ID of the entry'),
    accountId,
    verificationId: VerificationId,
    ...recipient,
    purpose: z.string().describe('What the code is for'),
    method: z
      .enum(verificationMethods)
      .describe('`inbound` for a verification by an incoming message'),
    channel: ChannelNameOrNull.describe('The channel that accepted the message'),
    sessionId: SessionName,
    region: z
      .string()
      .nullable()
      .describe('The region of the number (ISO 3166); null for an email address'),
    status: z.enum(OTP_STATUS).describe('The status of the code'),
    attempts: z.int().describe('Attempts that were made'),
    maxAttempts: z.int().describe('Attempts that are allowed'),
    createdAt: z.iso.datetime().describe('When the code was requested'),
    deliveredAt: z.iso.datetime().nullable().describe('When it reached the device'),
    readAt: z.iso.datetime().nullable().describe('When it was read'),
    verifiedAt: z.iso.datetime().nullable().describe('When it was accepted'),
    expiresAt: z.iso.datetime().describe('When it expires or expired'),
    delivery: z
      .object({
        channel: ChannelName.describe('The channel of this delivery'),
        status: DeliveryStatus.describe('The status of the delivery'),
        reason: z
          .enum(deliveryFailureReasons)
          .nullable()
          .describe('Why the channel did not accept the message'),
      })
      .nullable()
      .describe('The last delivery'),
  })
  .openapi('LoggedOtp', { description: 'A code that was requested.' });

export const ActivityPage = pageOf(Activity).openapi('ActivityPage', {
  description: 'A page of the activity log.',
});
export const OtpLogPage = pageOf(LoggedOtp).openapi('OtpLogPage', {
  description: 'A page of the log of codes.',
});
