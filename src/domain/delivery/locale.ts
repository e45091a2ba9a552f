export const locales = ['id', 'en'] as const;

/** The languages that messages are written in. */
export type Locale = (typeof locales)[number];

/** The language that most people of `region` (ISO 3166) read, as far as we write it. */
export function localeOfRegion(region: string): Locale {
  return region === 'ID' ? 'id' : 'en';
}
