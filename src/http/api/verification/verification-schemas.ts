import { z } from '@hono/zod-openapi';
import { channelNames } from '../../../channels/registry.ts';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { locales } from '../../../domain/delivery/locale.ts';
import { foldCode } from '../../../domain/typed-text.ts';
import { isSessionId, isSessionName } from '../../../domain/whatsapp/session-id.ts';
import { readAddress, toClientAddress } from '../../../lib/network.ts';

/** Checked in full where it is read: here it only has to be text of a bearable length. */
export const PhoneNumber = z.string().max(64).openapi({
  description:
    'As people write it, with any country code behind `+` or `00`; without one it is read in the default region',
  example: '081234567890',
});

export const SessionId = z
  .string()
  .refine(isSessionName, 'must be 1 to 64 letters, digits, - or _')
  .openapi({ example: 'default' });

/** In a path. What is no name of the caller's account is not found there, rather than not valid. */
export const SessionPath = z
  .string()
  .refine(isSessionId, 'must be 1 to 64 letters, digits, - or _')
  .openapi({ description: 'Its name; for operators its id, `account~name`', example: 'default' });

export const Purpose = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, - or _')
  .openapi({ example: 'login' });

export const VerificationId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be a verificationId as sending returned it');

/** Checked in full where it is read: here it only has to be text of a bearable length. */
export const CompanyName = z.string().min(1).max(240).openapi({
  description:
    '1 to 60 characters of plain text in any script, emoji included; without markup, links or what looks like a code',
  example: 'Kopi & Roti ☕',
});

/** The end user's address, read as an entry of X-Forwarded-For is. */
export const ClientIp = z
  .string()
  .max(64)
  .transform((text, context) => {
    const address = toClientAddress(readAddress(text) ?? '');
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: 'must be an IPv4 or IPv6 address' });
    return z.NEVER;
  })
  .openapi({
    type: 'string',
    description:
      'The address of the end user, as your server sees it. Limits by address count it; the address of your server is never counted.',
    example: '203.0.113.7',
  });

const Channel = z.enum(channelNames);
export const LocaleName = z.enum(locales);

/** Room for what stands between and around the digits of a code. */
const LONGEST_TYPED_CODE = 128;

/** As many digits as this service sends, in whatever spelling a person typed them. */
export function codeOf(length: number) {
  const digits = new RegExp(`^[0-9]{${length}}$`);
  const message = `must be ${length} digits and nothing else`;
  return z
    .string()
    .max(LONGEST_TYPED_CODE, { error: message, abort: true })
    .overwrite(foldCode)
    .refine((text) => digits.test(text), message)
    .openapi({
      description: `${length} digits. White space, dashes, invisible characters and quotes around them are ignored, and the digits of every script are read.`,
      example: '123456'.padEnd(length, '0'),
    });
}

export const SendBody = z
  .strictObject({
    phoneNumber: PhoneNumber,
    sessionId: SessionId.optional(),
    companyName: CompanyName.optional(),
    purpose: Purpose.optional(),
    channel: Channel.optional(),
    locale: LocaleName.optional(),
    clientIp: ClientIp.optional(),
  })
  .openapi('SendRequest');

export const Sent = z
  .object({
    verificationId: z.string(),
    phoneNumber: z.string(),
    sessionId: z.string(),
    channel: z.string(),
    messageId: z.string(),
    status: z.literal('sent'),
    expiresAt: z.iso.datetime(),
    expiresIn: z.int().openapi({ description: 'Seconds until the code is over' }),
    resendIn: z.int().openapi({ description: 'Seconds until another may be asked for' }),
    lockedUntil: z.iso.datetime().nullable().openapi({
      description:
        'Until when codes for this number are refused by `phoneNumber` alone, because of wrong ones; by `verificationId` they are accepted. null when it is not locked.',
    }),
  })
  .openapi('Sent');

/** By number, by handle, or by both, which then have to match. */
export function namesVerification(body: {
  phoneNumber?: string | undefined;
  verificationId?: string | undefined;
}): boolean {
  return body.phoneNumber !== undefined || body.verificationId !== undefined;
}

export const NAMES_NONE = 'give phoneNumber or verificationId, or both';

export const ExpireBody = z
  .strictObject({
    phoneNumber: PhoneNumber.optional(),
    verificationId: VerificationId.optional(),
    sessionId: SessionId.optional(),
    purpose: Purpose.optional(),
  })
  .refine(namesVerification, NAMES_NONE)
  .openapi('ExpireRequest');

export const Verified = z
  .object({
    verificationId: z.string(),
    phoneNumber: z.string(),
    sessionId: z.string(),
    purpose: z.string(),
    verifiedAt: z.iso.datetime(),
  })
  .openapi('Verified');

export const Status = z
  .object({
    status: z.enum(['none', 'sent', 'verified', 'expired', 'failed']),
    phoneNumber: z.string().openapi({ example: '+62812****7890' }),
    canVerify: z
      .boolean()
      .openapi({ description: 'Whether a code would be checked by number now' }),
    lockedUntil: z.iso.datetime().nullable(),
    isExpired: z.boolean(),
    attempts: z.int(),
    maxAttempts: z.int(),
    createdAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable(),
    expiresIn: z.int(),
    verifiedAt: z.iso.datetime().nullable(),
    channel: z.string().nullable(),
    delivery: z
      .object({
        channel: z.string(),
        status: z.string(),
        reason: z.enum(deliveryFailureReasons).nullable(),
        updatedAt: z.iso.datetime(),
      })
      .nullable(),
  })
  .openapi('Status');
