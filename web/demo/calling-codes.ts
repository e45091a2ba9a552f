/** The calling code of each region (ISO 3166). vite.config.ts reads them from libphonenumber-js. */
declare const CALLING_CODES: Readonly<Record<string, string>>;

/** A number with its country code: `+62…`, or `00` in front. */
const INTERNATIONAL = /^\s*(\+|00|\uff0b)/;

/** The region of the languages that the user prefers, such as ID of `id-ID`; empty if they name none. */
export function detectRegion(languages: readonly string[]): string {
  const regions = languages.map((tag) => /[-_]([A-Z]{2})(?:[-_]|$)/.exec(tag)?.[1] ?? '');
  return regions.find((region) => region in CALLING_CODES) ?? '';
}

/** A number as it was typed, with the calling code of a region if it has none. */
export function toInternational(typed: string, region: string): string {
  const code = CALLING_CODES[region];
  return code === undefined || INTERNATIONAL.test(typed) ? typed : `+${code}${typed}`;
}

/** All regions with their names and calling codes, sorted by name. */
export function listRegions(
  language: string,
): readonly (readonly [region: string, name: string])[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return Object.entries(CALLING_CODES)
    .map(([region, code]) => [region, `${names.of(region) ?? region} (+${code})`] as const)
    .sort(([, one], [, other]) => one.localeCompare(other, language));
}
