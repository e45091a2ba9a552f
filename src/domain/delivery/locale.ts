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
 * The regions (ISO 3166) of each language, after the likely subtags of Unicode CLDR. In regions of several languages
 * such as India, and in those whose language has no text here, it is the language in which messages like these are
 * most widely read. All other regions read English.
 */
const REGIONS: Partial<Readonly<Record<Language, string>>> = {
  ar: 'AE BH DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SY TD TN YE',
  bn: 'BD',
  de: 'AT CH DE LI',
  es: 'AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE',
  fa: 'AF IR',
  fil: 'PH',
  fr: 'BF BI BJ BL CD CF CG CI CM DJ FR GA GF GN GP HT LU MC MF MG ML MQ MU NC NE PF PM RE SC SN TG WF YT',
  he: 'IL',
  id: 'ID',
  it: 'IT SM VA',
  ja: 'JP',
  ko: 'KP KR',
  ms: 'BN CC MY',
  nl: 'AW BE BQ CW NL SR',
  pl: 'PL',
  pt: 'BR',
  'pt-PT': 'AO CV GW MZ PT ST TL',
  ro: 'MD RO',
  ru: 'BY KG KZ RU TJ TM UZ',
  sw: 'KE TZ',
  th: 'TH',
  tr: 'TR',
  uk: 'UA',
  ur: 'PK',
  vi: 'VN',
  'zh-Hans': 'CN',
  'zh-Hant': 'HK MO TW',
};

const languageOf: ReadonlyMap<string, Language> = new Map(
  languages.flatMap((language) =>
    (REGIONS[language]?.split(' ') ?? []).map((region) => [region, language] as const),
  ),
);

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
  return languageOf.get(region) ?? FALLBACK;
}

/** The locales of templates for a recipient in `region`, most specific first: `sv-SE`, `sv`, `en`. */
export function localesOfRegion(region: string): readonly Locale[] {
  const language = localeOfRegion(region);
  const likeliest = toLocale(`und-${region}`) ?? language;
  const { baseName } = new Intl.Locale(likeliest).maximize();
  // Without a text in the likeliest language, the account may still have a template in it.
  const isOwn = [undefined, language].includes(findLanguage(baseName));
  const own = isOwn ? baseName : new Intl.Locale(language, { region }).baseName;
  return [...new Set([...widen(own), language])];
}

export function isLanguage(tag: string): tag is Language {
  return (languages as readonly string[]).includes(tag);
}
