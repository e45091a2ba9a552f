import { z } from '@hono/zod-openapi';
import { toLocale } from '../../../../domain/delivery/locale.ts';
import { foldCode } from '../../../../domain/typed-text.ts';
import { endings } from '../../../../services/verification/twilio/end-service-verification.ts';
import { isOfKnownYear } from '../../../api/schemas/time.ts';

/** The code lengths of this installation (NIST SP 800-63B-4 3.1.3: at least six digits). */
const CODE_LENGTHS = { min: 6, max: 10 };

const WHOLE_NUMBER = /^\d{1,9}$/;

/** A field whose meaning would be lost if it were ignored. */
const notOffered = z.undefined('is not supported. Leave it out').optional();

/** A whole number in a form. */
function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(WHOLE_NUMBER, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

function textOf(most: number) {
  return z.string().min(1, 'is empty').max(most, `must have at most ${most} characters`);
}

/** An object in a form, as JSON text. */
const NamedValues = z.string().transform((text, context) => {
  const read = z.record(z.string(), z.coerce.string()).safeParse(toJson(text));
  if (read.success) return read.data;
  context.addIssue({ code: 'custom', message: 'must be a JSON object of texts' });
  return z.NEVER;
});

const ChannelList = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);

const FriendlyName = textOf(60);

export const NewServiceFields = z.object({
  FriendlyName,
  CodeLength: wholeNumber(CODE_LENGTHS.min, CODE_LENGTHS.max).optional(),
  Channels: ChannelList.optional(),
});

export const ServiceFields = NewServiceFields.extend({ FriendlyName: FriendlyName.optional() });

export const VerificationFields = z.object({
  To: textOf(320),
  Channel: textOf(32),
  CustomFriendlyName: z.string().optional(),
  Locale: z
    .string()
    .refine((tag) => toLocale(tag) !== undefined, 'must be a language tag, such as en or pt-BR')
    .transform((tag) => toLocale(tag))
    .optional(),
  RateLimits: NamedValues.optional(),
  DeviceIp: z.string().optional(),
  CustomCode: notOffered,
  Amount: notOffered,
  Payee: notOffered,
});

export const EndingFields = z.object({
  Status: z.enum(endings, `must be one of ${endings.join(', ')}`),
});

export const CheckFields = z
  .object({
    Code: z
      .string()
      .transform(foldCode)
      .refine((code) => /^\d{4,10}$/.test(code), 'must have 4 to 10 digits'),
    To: textOf(320).optional(),
    VerificationSid: z.string().optional(),
    DeviceIp: z.string().optional(),
    Amount: notOffered,
    Payee: notOffered,
  })
  .refine(({ To, VerificationSid }) => To !== undefined || VerificationSid !== undefined, {
    path: ['To'],
    message: 'is missing. Send `To` or `VerificationSid`',
  });

export const NewRateLimitFields = z.object({
  UniqueName: textOf(64),
  Description: textOf(255).optional(),
});

export const RateLimitFields = z.object({ Description: textOf(255).optional() });

const Max = wholeNumber(1, 1_000_000);
const Interval = wholeNumber(1, 31 * 86_400);

export const NewBucketFields = z.object({ Max, Interval });
export const BucketFields = z.object({ Max: Max.optional(), Interval: Interval.optional() });

export const SafeNumberFields = z.object({ PhoneNumber: textOf(64) });

const Time = z
  .string()
  .refine(isOfKnownYear, 'must be a time from 1970 to 9998, such as 2026-01-31T00:00:00Z')
  .transform((text) => new Date(text));

/** The parameters that select attempts. */
export const AttemptQuery = z.object({
  DateCreatedAfter: Time.optional(),
  DateCreatedBefore: Time.optional(),
  'ChannelData.To': z.string().optional(),
  Country: z.string().optional(),
  Channel: z.string().toLowerCase().optional(),
  VerifyServiceSid: z.string().optional(),
  VerificationSid: z.string().optional(),
  DestinationPrefix: z
    .string()
    .regex(/^\+?\d{1,15}$/, 'must be digits, such as +62')
    .transform((text) => `+${text.replace('+', '')}`)
    .optional(),
  Status: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['converted', 'unconverted'], 'must be converted or unconverted'))
    .optional(),
});

/** The most entries of a page, and the number of the last page: a page far back would take long to find. */
const MOST_ON_PAGE = 1000;
const LAST_PAGE = 1000;

export const PageQuery = z.object({
  PageSize: wholeNumber(1, MOST_ON_PAGE).default(50),
  Page: wholeNumber(0, LAST_PAGE).default(0),
  PageToken: z.string().optional(),
});

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
