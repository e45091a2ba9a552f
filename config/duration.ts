const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration: a whole number and a unit, such as `15m`. */
export const DURATION = /^([1-9]\d{0,8})([smhd])$/;

/** Converts a duration such as `15m` to seconds; NaN if it is not a duration. */
export function toSeconds(text: string): number {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? Number.NaN);
}
