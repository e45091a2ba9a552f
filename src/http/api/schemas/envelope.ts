import { z } from '@hono/zod-openapi';
import type { HeaderFields } from '../../openapi/headers.ts';

type Options = {
  /** The `message` in the example. */
  readonly message?: string;
  /** An example of the data. */
  readonly example?: unknown;
  /** The headers of the response, for the document. */
  readonly headers?: HeaderFields;
};

/** Every answer of every route has them, so they are made once. */
const envelope = {
  success: z.literal(true).describe('Always true'),
  message: z.string().describe('What was done, for people; do not compare it'),
};

/** The `{ success, message, data }` envelope of every success. */
export function successOf<T extends z.ZodType>(data: T) {
  return z.object({ ...envelope, data });
}

/** Describes a success in the document: its data, and what it means. */
export function answer<T extends z.ZodType>(data: T, description: string, options: Options = {}) {
  const { message = 'Done', example, headers } = options;
  const media = {
    schema: successOf(data),
    ...(example !== undefined && { example: { success: true, message, data: example } }),
  };
  return {
    description,
    ...(headers && { headers: { ...headers } }),
    content: { 'application/json': media },
  };
}

export function success<T>(message: string, data: T) {
  return { success: true as const, message, data };
}
