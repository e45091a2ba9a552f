/** Finds the value at a dotted path, such as `data.0.id`, or at a field of that whole name. */
export function findAt(value: unknown, path: string): unknown {
  const whole = findField(value, path);
  if (whole !== undefined) return whole;
  return path.split('.').reduce(findField, value);
}

function findField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

const ID = /^[ -~]{1,128}$/;

/** Finds the ID of a message; undefined if there is none, or if it is a number too large to be exact. */
export function findId(value: unknown, path: string): string | undefined {
  const found = findAt(value, path);
  const id = Number.isSafeInteger(found) ? String(found) : found;
  return typeof id === 'string' && ID.test(id) ? id : undefined;
}
