import { z } from '@hono/zod-openapi';
import type { HeaderFields } from '../../openapi/headers.ts';

type Options = {
  /** What the envelope says in words, in the example. */
  readonly message?: string;
  /** An example of the data. */
  readonly example?: unknown;
  /** Header fields of the answer, as the document describes them. */
  readonly headers?: HeaderFields;
};

/** The `{ success, message, data }` envelope that every success of this API has. */
function successOf<T extends z.ZodType>(data: T) {
  return z.object({
    success: z.literal(true).describe('Always true'),
    message: z.string().describe('What was done, for people; do not compare it'),
    data,
  });
}

/** A success in the document: its data, and when it is given. */
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
