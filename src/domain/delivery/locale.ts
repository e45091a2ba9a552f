export const locales = ['id', 'en'] as const;

/** The languages of messages. */
export type Locale = (typeof locales)[number];

/** The supported language that most people in `region` (ISO 3166) read. */
export function localeOfRegion(region: string): Locale {
  return region === 'ID' ? 'id' : 'en';
}
