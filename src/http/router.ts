import { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import { AppError, type FieldError, type FieldFault, fieldFaults } from '../domain/errors.ts';
import type { HttpEnv } from './http-env.ts';

const MOST_ERRORS = 10;
const LONGEST_PATH = 64;

/** How the messages of zod begin. */
const LIBRARY_WORDS = /^(Too (small|big)|Invalid (option|input))/;

/** Readable names for types of the library. */
const TYPE_NAMES: Readonly<Record<string, string>> = { int: 'a whole number', number: 'a number' };

/** Creates a router whose validation errors have the same format as all other errors. */
export function createRouter(): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.flatMap(toFieldErrors).slice(0, MOST_ERRORS);
      const [first] = errors;
      const message = first
        ? `${first.path || 'body'}: ${first.message}`
        : 'The request is not valid';
      throw new AppError('validation_failed', message, { errors });
    },
  });
}

/** Names the invalid fields without repeating their values. */
function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: shorten([...path, key]),
      message: 'is unknown',
      code: 'unknown_field',
    }));
  }
  return [{ path: shorten(path), message: toMessage(issue), code: toFault(issue) }];
}

/** The library's issue codes and our fault codes. */
const FAULTS: { readonly [code in z.core.$ZodIssue['code']]?: FieldFault } = {
  invalid_type: 'invalid_type',
  invalid_format: 'invalid_format',
  invalid_union: 'invalid_format',
  invalid_value: 'invalid_value',
};

/** Our own checks state their fault code. Others are derived from the library's issue. */
function toFault(issue: z.core.$ZodIssue): FieldFault {
  if (issue.code === 'custom') {
    return fieldFaults.find((one) => one === issue.params?.['fault']) ?? 'invalid';
  }
  if (issue.code === 'too_small') return isLength(issue.origin) ? 'too_short' : 'too_small';
  if (issue.code === 'too_big') return isLength(issue.origin) ? 'too_long' : 'too_large';
  return isMissing(issue) ? 'required' : (FAULTS[issue.code] ?? 'invalid');
}

/** The library distinguishes a missing field from one of another type only in its message. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}

function isLength(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

/** Keeps the messages of our schemas, and rewords those of the library. */
function toMessage(issue: z.core.$ZodIssue): string {
  if (!LIBRARY_WORDS.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') {
    return isMissing(issue)
      ? 'is missing'
      : `must be ${TYPE_NAMES[issue.expected] ?? `of type ${issue.expected}`}`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return toBound(issue.origin, `at least ${issue.minimum}`);
  if (issue.code === 'too_big') return toBound(issue.origin, `at most ${issue.maximum}`);
  return issue.message;
}

/** A bound applies to the length of a text, the entries of a list, or the number itself. */
function toBound(origin: string, bound: string): string {
  if (origin === 'string') return `must have ${bound} characters`;
  if (origin !== 'array') return `must be ${bound}`;
  return `must have ${bound} ${bound.endsWith(' 1') ? 'entry' : 'entries'}`;
}

function shorten(path: readonly string[]): string {
  return path.join('.').slice(0, LONGEST_PATH);
}
