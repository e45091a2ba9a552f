import { z } from '@hono/zod-openapi';
import { channelNamePattern, isChannelName } from '../../../channels/channel-names.ts';
import { channelKinds } from '../../../channels/registry.ts';
import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import { deliveryStatuses, TEST_CHANNEL } from '../../../domain/delivery/delivery.ts';
import {
  findEmailFault,
  LONGEST_WRITTEN_EMAIL,
  looksLikeEmail,
  toEmailAddress,
} from '../../../domain/email-address.ts';
import { isServicePurpose, SERVICE_PURPOSE } from '../../../domain/verification/service-purpose.ts';
import { isSessionId, isSessionName } from '../../../domain/whatsapp/session-id.ts';
import { fault, oneOf } from './one-of.ts';

const LONGEST_WRITTEN_NUMBER = 64;

/** Between two characters of the part before the `@`. */
const DECODED_PLUS = /(?<=\S) (?=\S+@)/g;

/** Only the length is checked here. The number is validated when it is parsed. */
export const PhoneNumber = z.string().max(LONGEST_WRITTEN_NUMBER).openapi({
  description:
    'A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`',
  example: '081234567890',
});

/** A recipient in a path. Only the length is checked here, as of a phone number. */
export const PhoneNumberOrEmail = z
  .string()
  .max(LONGEST_WRITTEN_EMAIL)
  .refine(
    (text) => text.length <= LONGEST_WRITTEN_NUMBER || looksLikeEmail(text),
    fault('too_long', `must have at most ${LONGEST_WRITTEN_NUMBER} characters`),
  )
  .openapi({ description: 'A mobile number as people write it, or an email address' });

/** An email address as people type it, normalised. */
export const Email = emailFrom(toEmailAddress);

/** The same in a query, where a `+` that was not encoded arrives as a space. */
export const EmailInQuery = emailFrom((text) => toEmailAddress(text.replace(DECODED_PLUS, '+')));

function emailFrom(normalise: (text: string) => string) {
  return z
    .string()
    .max(LONGEST_WRITTEN_EMAIL)
    .overwrite(normalise)
    .superRefine((address, context) => {
      const message = findEmailFault(address);
      if (message === undefined) return;
      const { params } = fault('invalid_format', message);
      context.addIssue({ code: 'custom', message, params });
    })
    .openapi({
      description: 'An email address. Upper and lower case are the same',
      format: 'email',
      example: 'user@example.com',
    });
}

/** How a phone number in a request can be refused. */
export const PHONE_FAULTS = ['invalid_phone', 'region_not_allowed'] as const;

/** A phone number in a response. */
export const E164 = z.string().openapi({
  description: 'The phone number in E.164',
  example: '+6281234567890',
});

const SESSION_RULE = 'must be 1 to 64 letters, digits, - or _';

export const SessionId = z
  .string()
  .refine(isSessionName, fault('invalid_format', SESSION_RULE))
  .openapi({
    description: 'The name of a WhatsApp session',
    example: 'default',
    minLength: 1,
    maxLength: 64,
    pattern: '^[A-Za-z0-9_-]+$',
  });

/** A session in a path. What is not a name in the caller's account is not found, rather than invalid. */
export const SessionPath = z
  .string()
  .refine(isSessionId, fault('invalid_format', SESSION_RULE))
  .openapi({
    description: 'The name of the session; for users with the role `ADMIN` its ID, `account~name`',
    example: 'default',
  });

/** A session in a response. */
export const SessionName = z.string().openapi({
  description: 'The name of the session; for users with the role `ADMIN` its ID, `account~name`',
  example: 'default',
});

export const Purpose = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, - or _')
  .openapi({
    description: 'What the code is for. A code for one purpose is never accepted for another',
    example: 'login',
  });

/** A purpose of a new code. */
export const NewPurpose = Purpose.refine(
  (purpose) => !isServicePurpose(purpose),
  fault('invalid_value', `must not begin with ${SERVICE_PURPOSE}, as those of verify services do`),
);

export const VerificationId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be a verificationId, as sending a code returns it')
  .openapi({
    description:
      'The ID of the verification, as the send request returned it. Keep it on your server',
    example: 'T9LOIawrvRT8gFqIc6yI588mTQiT1t5f',
  });

/** A channel in a request, or `others`. Whether it is enabled is checked later. */
export function channelOr(...others: readonly string[]) {
  const words = [...others, ...channelKinds].join(', ');
  return z
    .string()
    .refine(
      (text) => isChannelName(text) || others.includes(text),
      fault('invalid_value', `must be one of ${words}, or have a label, such as twilio:us`),
    )
    .openapi({
      pattern: toPattern(others),
      maxLength: LONGEST_CHANNEL_NAME,
      example: 'whatsapp',
    });
}

/** A channel in a response, or `others`. */
export function shownChannelOr(...others: readonly string[]) {
  return z.string().openapi({ pattern: toPattern(others), example: 'whatsapp' });
}

function toPattern(others: readonly string[]): string {
  const literal = others.map((one) => one.replaceAll('*', '\\*'));
  return `^(${[...literal, channelNamePattern].join('|')})$`;
}

/** A channel in a response. `test` is a test number, to which nothing is sent. */
export const ChannelName = shownChannelOr(TEST_CHANNEL);
export const ChannelNameOrNull = ChannelName.nullable();
export const DeliveryStatus = oneOf(deliveryStatuses).openapi({ example: 'delivered' });
