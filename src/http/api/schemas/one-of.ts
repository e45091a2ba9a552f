import { z } from '@hono/zod-openapi';
import type { FieldFault } from '../../../domain/errors.ts';

/**
 * A text of an answer that is one of a closed list. In code its type stays a text, because stored
 * rows are answered as they are.
 */
export function oneOf(values: readonly string[]) {
  return z.string().openapi({ enum: [...values] });
}

/** The same where there may be none. */
export function oneOfOrNull(values: readonly string[]) {
  return z
    .string()
    .nullable()
    .openapi({ enum: [...values, null] });
}

/** What a `refine` that fails answers: the sentence for people and the code for programs. */
export function fault(code: FieldFault, error: string) {
  return { error, params: { fault: code } };
}
