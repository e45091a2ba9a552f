/** The languages of the built-in texts, as BCP 47 tags. Chinese differs by script. */
export const languages = [
  'ar',
  'bn',
  'de',
  'en',
  'es',
  'fa',
  'fil',
  'fr',
  'he',
  'hi',
  'id',
  'it',
  'ja',
  'ko',
  'mr',
  'ms',
  'nl',
  'pl',
  'pt',
  'pt-PT',
  'ro',
  'ru',
  'sw',
  'ta',
  'te',
  'th',
  'tr',
  'uk',
  'ur',
  'vi',
  'zh-Hans',
  'zh-Hant',
] as const;
export type Language = (typeof languages)[number];

/** A well-formed BCP 47 tag in its canonical form, such as `pt-BR`. */
export type Locale = string;

const FALLBACK: Language = 'en';

/**
 * Regions whose language is not the one that Unicode lists as the likeliest: it has no text here, and another
 * language is widely read, or the region has so many languages that messages like these are in English.
 */
const LANGUAGE_OF_REGION: Readonly<Record<string, Language>> = {
  ...{ IN: 'en', UG: 'en' },
  ...{ BI: 'fr', CF: 'fr', HT: 'fr', MG: 'fr', ML: 'fr', NE: 'fr', SN: 'fr' },
  ...{ KG: 'ru', TJ: 'ru', TM: 'ru', UZ: 'ru' },
  ...{ BQ: 'nl', CW: 'nl' },
  ...{ AO: 'pt-PT', CV: 'pt-PT', GW: 'pt-PT', MZ: 'pt-PT', ST: 'pt-PT', TL: 'pt-PT' },
};

/** The canonical form of a tag; undefined if it is not well-formed BCP 47. */
export function toLocale(text: string): Locale | undefined {
  try {
    return new Intl.Locale(text).toString();
  } catch {
    return undefined;
  }
}

/** A locale and the wider ones that contain it, most specific first: `zh-HK`, `zh-Hant`, `zh`. */
export function widen(locale: Locale): readonly Locale[] {
  const { baseName, language, region } = new Intl.Locale(locale);
  const { script } = new Intl.Locale(locale).maximize();
  const wider = [region && `${language}-${region}`, script && `${language}-${script}`, language];
  return [...new Set([baseName, ...wider.filter((tag) => tag !== undefined)])];
}

/** The built-in language of a locale; undefined if there is none. */
export function findLanguage(locale: Locale): Language | undefined {
  return widen(locale).find(isLanguage);
}

/** The built-in language that most people in `region` (ISO 3166) read. */
export function localeOfRegion(region: string): Language {
  return LANGUAGE_OF_REGION[region] ?? findLanguage(likeliestLocale(region)) ?? FALLBACK;
}

/** The locales for a recipient in `region`, most specific first. At least one is a built-in language. */
export function localesOfRegion(region: string): readonly Locale[] {
  const exception = LANGUAGE_OF_REGION[region];
  const own = exception === undefined ? likeliestLocale(region) : `${exception}-${region}`;
  const widened = toLocale(own) === undefined ? [] : widen(own);
  return [...new Set([...widened, localeOfRegion(region)])];
}

/** What Unicode lists as the likeliest language of a region, with the region. */
function likeliestLocale(region: string): Locale {
  const unknown = toLocale(`und-${region}`);
  return unknown === undefined ? FALLBACK : new Intl.Locale(unknown).maximize().toString();
}

function isLanguage(tag: string): tag is Language {
  return (languages as readonly string[]).includes(tag);
}
