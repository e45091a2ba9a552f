import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import { FailureRule } from './failure-rules.ts';
import type { ReceiptStatus } from './receipts.ts';

/** Reads a variable that contains JSON. The message repeats no part of it, since it may contain a credential. */
function jsonField<T>(schema: z.ZodType<T>, message: string) {
  return z
    .string()
    .transform((text, context) => {
      const { data, success } = schema.safeParse(parseJson(text));
      if (success) return data;
      context.issues.push({ code: 'custom', input: text, message });
      return z.NEVER;
    })
    .optional();
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[ -~]*$/;

/** Headers that the HTTP client sets, or that belong to a connection. */
const RESERVED = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

const HeaderName = z
  .string()
  .regex(HEADER_NAME)
  .toLowerCase()
  .refine((name) => !RESERVED.has(name));
const HeaderValue = z
  .string()
  .regex(HEADER_VALUE)
  .refine((value) => !value.includes('{{'));

/** Headers as a JSON object. Their names are in lower case afterwards. */
export const headersField = jsonField(
  z.record(HeaderName, HeaderValue),
  'must be a JSON object of header fields in ASCII, such as {"X-Api-Key":"..."}, without placeholders and without Host, Content-Length or Connection',
);

export const failuresField = jsonField(
  z.array(FailureRule),
  'must be a JSON list of rules such as [{"status":200,"path":"status","equals":"error","reason":"refused"}]; each has a reason, and at least one of status, path, equals and contains',
);

const receiptStatuses: readonly [ReceiptStatus, ...ReceiptStatus[]] = [
  'delivered',
  'read',
  'failed',
];

export const receiptStatusesField = jsonField(
  z
    .record(z.string(), z.enum(receiptStatuses))
    .transform((words) => new Map(Object.entries(words))),
  'must be a JSON object from the words of your gateway to delivered, read or failed, such as {"DELIVRD":"delivered","UNDELIV":"failed"}',
);

/** A path in JSON, or the name of a parameter. */
export const pathField = z
  .string()
  .regex(/^[^\s.]+(\.[^\s.]+)*$/, 'must be a path such as data.0.id')
  .optional();
