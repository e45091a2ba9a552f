import { z } from 'zod';
import { AppError, type FieldError } from '../../../domain/errors.ts';
import type { HookEvent } from '../../../domain/hooks/hook.ts';
import { invalidField } from '../../../domain/refusal.ts';

/** What few servers say about a code. */
export const UNSAID = {
  text: undefined,
  eventId: undefined,
  locale: undefined,
  companyName: undefined,
  clientIp: undefined,
  ttlSeconds: undefined,
} as const satisfies Partial<HookEvent>;

/** A field that may be missing, null or empty. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

/** @throws {AppError} `validation_failed`, which names the fields and none of their values. */
export function readFields<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const errors = read.error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownField([...path, key].join('.')));
    }
    return [{ path: path.join('.'), message: 'is missing or not valid', code: 'invalid' }];
  });
  const names = errors.map(({ path }) => path || 'body').join(', ');
  throw new AppError('validation_failed', `Missing or not valid: ${names}`, { errors });
}

function unknownField(path: string): FieldError {
  return { path, message: 'is not a field of this call', code: 'unknown_field' };
}

/** The error for a call without a code, such as one with a link. `what` names the kind of message. */
export function withoutCode(what: string): AppError {
  return invalidField('code', `is missing. ${what} cannot be delivered here`, 'required');
}
