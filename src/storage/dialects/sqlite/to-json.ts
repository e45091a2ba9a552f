/** How JSON writes half of a surrogate pair. SQLite would store it as bytes that are not UTF-8. */
const HALF_PAIR = /\\ud[89a-f]/;

/** Writes a value as JSON for SQLite. Half of a surrogate pair becomes U+FFFD, as in a text that is bound. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  return HALF_PAIR.test(json) ? JSON.stringify(value, toWellFormed) : json;
}

function toWellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString() : value;
}
