/** The most characters of a channel's name. Columns that hold a name have this length. */
export const LONGEST_CHANNEL_NAME = 32;

/** Whether a channel has a label, as `twilio:us` has. */
export function hasLabel(name: string): boolean {
  return name.includes(':');
}

/** The kind of a channel: `twilio` of `twilio:us`, and of `twilio`. */
export function toKind(name: string): string {
  const [kind = name] = name.split(':', 1);
  return kind;
}
