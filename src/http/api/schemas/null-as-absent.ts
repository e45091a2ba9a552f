import { z } from '@hono/zod-openapi';

/**
 * Treats `null` as a missing field if the field is optional in `schema` and does not accept `null`.
 * Serialisers of C#, Java and Swift write missing fields as `null`. Nested objects are treated alike.
 */
export function nullAsAbsent<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => withoutNulls(schema, value), schema);
}

/** Removes the fields from a body that `nullAsAbsent` treats as missing. */
export function withoutNulls(schema: z.ZodType, value: unknown): unknown {
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
  // `fromEntries` defines own properties, so `__proto__` is a name like any other.
  return Object.fromEntries(entries);
}

/** Whether `null` means that the field is missing. */
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
