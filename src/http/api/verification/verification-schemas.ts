import { z } from '@hono/zod-openapi';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { foldCode } from '../../../domain/typed-text.ts';
import { readAddress, toClientAddress } from '../../../lib/network.ts';
import {
  ChannelName,
  ChannelNameOrNull,
  DeliveryStatus,
  Purpose,
  SessionId,
  SessionName,
  VerificationId,
} from '../schemas/identifiers.ts';
import { LocaleName } from '../schemas/locale.ts';
import { fault } from '../schemas/one-of.ts';
import {
  maskedRecipientFields,
  recipientFields,
  verifiedRecipientFields,
} from '../schemas/recipient.ts';
import {
  NAMES_BOTH,
  NAMES_NO_RECIPIENT,
  NAMES_NONE,
  namesOneRecipient,
  namesRecipient,
  namesVerification,
  recipientInBody,
} from './named-recipient.ts';

/** Only the length is checked here. The name is validated when it is parsed. */
export const CompanyName = z.string().min(1).max(240).openapi({
  description:
    'Who sends the code: 1 to 60 characters of plain text in any script, emoji included. No markup, nothing that looks like a code, and no links unless an operator has declared the name or its domain for the account',
  example: 'Kopi & Roti ☕',
});

/** The end user's address, parsed like an entry of X-Forwarded-For. */
export const ClientIp = z
  .string()
  .max(64)
  .transform((text, context) => {
    const address = toClientAddress(readAddress(text) ?? '');
    if (address !== undefined) return address;
    const { error: message, params } = fault('invalid_format', 'must be an IPv4 or IPv6 address');
    context.addIssue({ code: 'custom', message, params });
    return z.NEVER;
  })
  .openapi({
    type: 'string',
    description:
      'The IP address of the end user, as your server sees it. Limits per address count this address, never that of your server',
    example: '203.0.113.7',
  });

export const MessageLocale = LocaleName.openapi({
  description:
    'The language of the message, as a BCP 47 tag. Without it, and for a language without a text, the region of the number decides; English if there is no text for that either, and for email addresses',
  example: 'en',
});

/** Includes room for other characters between and around the digits. */
const LONGEST_TYPED_CODE = 128;

/** A code of `length` digits, in any spelling that users enter. */
export function codeOf(length: number) {
  const digits = new RegExp(`^[0-9]{${length}}$`);
  const message = `must be ${length} digits and nothing else`;
  return z
    .string()
    .max(LONGEST_TYPED_CODE, { error: message, abort: true })
    .overwrite(foldCode)
    .refine((text) => digits.test(text), fault('invalid_format', message))
    .openapi({
      description: `The code as the user entered it: ${length} digits. White space, dashes, invisible characters and quotes around them are ignored, and digits of every script are read`,
      example: '123456'.padEnd(length, '0'),
    });
}

const LockedUntil = z.iso.datetime().nullable().openapi({
  description:
    'Until then, codes for this recipient are accepted only by `verificationId`, because too many wrong ones were entered; null if the recipient is not locked',
});

/** The fields of a code that was sent or is being sent. */
function sentFieldsOf<Status extends string>(status: Status, channel: string) {
  return {
    verificationId: VerificationId,
    ...recipientFields,
    sessionId: SessionName,
    channel: ChannelName.describe(channel),
    messageId: z.string().describe('The ID of the message on its channel'),
    status: z.literal(status).describe(`Always \`${status}\``),
    expiresAt: z.iso.datetime().describe('When the code expires'),
    expiresIn: z.int().describe('Seconds until the code expires'),
    resendIn: z.int().describe('Seconds until another code may be sent'),
    lockedUntil: LockedUntil,
  };
}

export const Sent = z
  .object(sentFieldsOf('sent', 'The channel that accepted the message; `test` for a test number'))
  .openapi('Sent', { description: 'A code that was sent.' });

export const Pending = z
  .object(sentFieldsOf('pending', 'The channel that is tried first; `test` for a test number'))
  .openapi('Pending', {
    description: 'A code that is being sent. `getCodeStatus` has the outcome, as `delivery`.',
  });

export const sentExample = {
  verificationId: 'T9LOIawrvRT8gFqIc6yI588mTQiT1t5f',
  phoneNumber: '+6281234567890',
  sessionId: 'default',
  channel: 'whatsapp',
  messageId: '3EB0C431C26A1916E07E',
  status: 'sent',
  expiresAt: '2026-11-28T17:49:30.120Z',
  expiresIn: 300,
  resendIn: 60,
  lockedUntil: null,
};

export const pendingExample = { ...sentExample, status: 'pending' };

const NO_CODE = { path: ['otp'], ...fault('required', 'is missing') };

export function verifyBodyOf(codeLength: number) {
  return z
    .strictObject({
      ...recipientInBody,
      verificationId: VerificationId.optional(),
      otp: codeOf(codeLength).optional(),
      sessionId: SessionId.optional().openapi({
        description: 'If given, a code that was sent from another session is not accepted',
      }),
      purpose: Purpose.optional().openapi({
        description: 'What the code was sent for; `login` by default',
      }),
      clientIp: ClientIp.optional(),
      proof: z.boolean().optional().openapi({
        description:
          'Whether the response has a `proof`: a signed token that proves to other programs that the code was accepted',
      }),
    })
    .refine(namesVerification, NAMES_NONE)
    .refine(namesOneRecipient, NAMES_BOTH)
    .refine(({ otp, verificationId }) => otp !== undefined || verificationId !== undefined, NO_CODE)
    .openapi('VerifyRequest', {
      description:
        'A code to check. Give `verificationId`, or `phoneNumber` or `email`; if you give the ID and a recipient, they must match. `otp` is required, except for a verification with `method: "inbound"` that needs no code.',
    });
}

export const ExpireBody = z
  .strictObject({
    ...recipientInBody,
    verificationId: VerificationId.optional(),
    sessionId: SessionId.optional().openapi({
      description: 'If given, a code that was sent from another session stays valid',
    }),
    purpose: Purpose.optional().openapi({
      description:
        'What the code was sent for; `login` by default, if you give no `verificationId`',
    }),
  })
  .refine(namesVerification, NAMES_NONE)
  .refine(namesOneRecipient, NAMES_BOTH)
  .openapi('ExpireRequest', {
    description:
      'A code to invalidate. Give `verificationId`, or `phoneNumber` or `email`; if you give the ID and a recipient, they must match.',
  });

export const Expired = z.object({
  expired: z.int().min(0).max(1).describe('How many codes were invalidated: 0 or 1'),
});

export const UnlockBody = z
  .strictObject(recipientInBody)
  .refine(namesRecipient, NAMES_NO_RECIPIENT)
  .refine(namesOneRecipient, NAMES_BOTH);
export const Unlocked = z.object(recipientFields);

export const verifiedFields = {
  verificationId: VerificationId,
  ...verifiedRecipientFields,
  sessionId: SessionName,
  purpose: z.string().describe('What the code was sent for'),
  verifiedAt: z.iso.datetime().describe('When the code was accepted'),
};

export const Verified = z
  .object({
    ...verifiedFields,
    proof: z.string().optional().openapi({
      description:
        'With `proof: true`: a JWT that is valid for 120 seconds, signed with a key of `/.well-known/jwks.json`',
      example: 'eyJhbGciOiJFZERTQSIsInR5cCI6InByb29mK2p3dCIsImtpZCI6Ijk…',
    }),
  })
  .openapi('Verified', { description: 'A code that was accepted, once.' });

export const verifiedExample = {
  verificationId: 'T9LOIawrvRT8gFqIc6yI588mTQiT1t5f',
  phoneNumber: '+6281234567890',
  sessionId: 'default',
  purpose: 'login',
  verifiedAt: '2026-11-28T17:46:14.884Z',
};

export const StatusQuery = z.strictObject({
  sessionId: SessionId.optional().openapi({ description: 'Only codes sent from this session' }),
  purpose: Purpose.optional().openapi({ description: 'What the code is for; `login` by default' }),
  clientIp: ClientIp.optional(),
});

export const Status = z
  .object({
    status: z
      .enum(['none', 'sent', 'verified', 'expired', 'failed'])
      .describe('The status of the newest code; `none` if there is none'),
    ...maskedRecipientFields(', masked'),
    canVerify: z
      .boolean()
      .describe('Whether a code would be checked by phone number or email address now'),
    lockedUntil: LockedUntil,
    isExpired: z.boolean().describe('Whether `status` is `expired`'),
    attempts: z.int().describe('Attempts that were made'),
    maxAttempts: z.int().describe('Attempts that are allowed; 0 if there is no code'),
    createdAt: z.iso.datetime().nullable().describe('When the code was requested'),
    expiresAt: z.iso.datetime().nullable().describe('When the code expires or expired'),
    expiresIn: z.int().describe('Seconds until the code expires; 0 if none is live'),
    verifiedAt: z.iso.datetime().nullable().describe('When the code was accepted'),
    channel: ChannelNameOrNull.describe('The channel that accepted the message'),
    delivery: z
      .object({
        channel: ChannelName.describe('The channel of this delivery'),
        status: DeliveryStatus.describe('The status of the delivery'),
        reason: z
          .enum(deliveryFailureReasons)
          .nullable()
          .describe('Why the channel did not accept the message'),
        updatedAt: z.iso.datetime().describe('When `status` last changed'),
      })
      .nullable()
      .describe('The newest delivery of the code'),
  })
  .openapi('Status', { description: 'The newest code of a recipient and purpose.' });
