import { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import { AppError, type FieldError } from '../domain/errors.ts';
import type { HttpEnv } from './http-env.ts';

const MOST_ERRORS = 10;
const LONGEST_PATH = 64;

/** A router whose validation failures have the same shape as every other failure. */
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

/** Names the fields without repeating what was sent in them. */
function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: shorten([...path, key]), message: 'is not known' }));
  }
  const message =
    issue.code === 'invalid_type' ? `must be of type ${issue.expected}` : issue.message;
  return [{ path: shorten(path), message }];
}

function shorten(path: readonly string[]): string {
  return path.join('.').slice(0, LONGEST_PATH);
}
