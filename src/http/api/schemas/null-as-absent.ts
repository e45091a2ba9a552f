import { z } from '@hono/zod-openapi';

/**
 * Reads `null` as a field that was left out, wherever `schema` lets it be left out and has no meaning
 * for `null` itself: serialisers of C#, Java and Swift write it so. Objects inside are read alike.
 */
export function nullAsAbsent<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => withoutNulls(schema, value), schema);
}

function withoutNulls(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => withoutNulls(inner.element as z.ZodType, item));
  }
  if (!(inner instanceof z.ZodObject) || !isRecord(value)) return value;
  const shape: Readonly<Record<string, z.ZodType>> = inner.shape;
  const entries = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (!known) return [[name, field]];
    return field === null && isAbsence(known) ? [] : [[name, withoutNulls(known, field)]];
  });
  // Each as a property of its own, so that `__proto__` is a name like any other.
  return Object.fromEntries(entries);
}

/** Whether `null` says no more of a field than leaving it out does. */
function isAbsence(field: z.ZodType): boolean {
  return !field.safeParse(null).success && field.safeParse(undefined).success;
}

function unwrap(schema: z.ZodType): z.ZodType {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault;
  return isWrapped ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
