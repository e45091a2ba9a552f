import type { Locale } from '../../domain/delivery/locale.ts';

/**
 * Locales for which Meta does not use the language, or the language and region, of the BCP 47 tag. After
 * "Supported languages" of the message templates in Meta's documentation of the WhatsApp Business Platform.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  ky: 'ky_KG',
  no: 'nb',
  'pt-BR': 'pt_BR',
  pt: 'pt_PT',
  rw: 'rw_RW',
  'zh-Hans': 'zh_CN',
  'zh-Hant-HK': 'zh_HK',
  'zh-Hant-MO': 'zh_HK',
  'zh-Hant': 'zh_TW',
};

/** Two letters: Meta has no language for a group of countries, such as `419`. */
const COUNTRY = /^[A-Z]{2}$/;

/** The languages of a template that suit a locale, most specific first: `de_AT`, `de`. */
export function toTemplateLanguages(locale: Locale): readonly string[] {
  const { region: country } = new Intl.Locale(locale);
  const { language, script, region } = new Intl.Locale(locale).maximize();
  const ofScript = `${language}-${script}`;
  const tags = [`${ofScript}-${region}`, ofScript, `${language}-${region}`, language];
  const exception = tags.map((tag) => EXCEPTIONS[tag]).find((code) => code !== undefined);
  if (exception !== undefined) return [exception];
  const hasCountry = country !== undefined && COUNTRY.test(country);
  return hasCountry ? [`${language}_${country}`, language] : [language];
}
