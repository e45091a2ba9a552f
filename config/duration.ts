const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** How durations are written: a whole number and its unit, such as `15m`. */
export const DURATION = /^([1-9]\d{0,8})([smhd])$/;

/** The seconds of a duration such as `15m`; NaN when it is not written like one. */
export function toSeconds(text: string): number {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? Number.NaN);
}
