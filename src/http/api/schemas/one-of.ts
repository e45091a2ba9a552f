import { z } from '@hono/zod-openapi';
import type { FieldFault } from '../../../domain/errors.ts';

/**
 * A text in a response that is one of a closed list. Its type in code is still `string`, because stored
 * rows are returned unchanged.
 */
export function oneOf(values: readonly string[]) {
  return z.string().openapi({ enum: [...values] });
}

/** The same, or null. */
export function oneOfOrNull(values: readonly string[]) {
  return z
    .string()
    .nullable()
    .openapi({ enum: [...values, null] });
}

/** The error of a failed `refine`: a sentence for people and a code for programs. */
export function fault(code: FieldFault, error: string) {
  return { error, params: { fault: code } };
}
