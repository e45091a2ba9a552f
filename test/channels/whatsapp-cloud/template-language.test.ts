import { expect, it } from 'vitest';
import { toTemplateLanguages } from '../../../src/channels/whatsapp-cloud/template-language.ts';
import { languages } from '../../../src/domain/delivery/locale.ts';

/** After "Supported languages" of the message templates, in Meta's documentation. */
const META = new Set([
  ...['af', 'sq', 'ar', 'az', 'bn', 'bg', 'ca', 'zh_CN', 'zh_HK', 'zh_TW', 'hr', 'cs', 'da', 'nl'],
  ...['en', 'en_GB', 'en_US', 'et', 'fil', 'fi', 'fr', 'ka', 'de', 'el', 'gu', 'ha', 'he', 'hi'],
  ...['hu', 'id', 'ga', 'it', 'ja', 'kn', 'kk', 'rw_RW', 'ko', 'ky_KG', 'lo', 'lv', 'lt', 'mk'],
  ...['ms', 'ml', 'mr', 'nb', 'fa', 'pl', 'pt_BR', 'pt_PT', 'pa', 'ro', 'ru', 'sr', 'sk', 'sl'],
  ...['es', 'es_AR', 'es_ES', 'es_MX', 'sw', 'sv', 'ta', 'te', 'th', 'tr', 'uk', 'ur', 'uz', 'vi'],
  'zu',
]);

it.each(languages)('uses a language that Meta knows for %s', (language) => {
  expect(toTemplateLanguages(language)).toHaveLength(1);
  expect(META).toContain(toTemplateLanguages(language)[0]);
});

it.each([
  ['pt', 'pt_BR'],
  ['pt-BR', 'pt_BR'],
  ['pt-PT', 'pt_PT'],
  ['pt-AO', 'pt_PT'],
  ['zh', 'zh_CN'],
  ['zh-Hans', 'zh_CN'],
  ['zh-SG', 'zh_CN'],
  ['zh-Hant', 'zh_TW'],
  ['zh-TW', 'zh_TW'],
  ['zh-HK', 'zh_HK'],
  ['zh-Hant-HK', 'zh_HK'],
  ['zh-MO', 'zh_HK'],
  ['en-US', 'en_US', 'en'],
  ['es-MX', 'es_MX', 'es'],
  ['es-419', 'es'],
  ['sr-Latn', 'sr'],
  ['en-Latn-GB-u-ca-buddhist', 'en_GB', 'en'],
  ['no', 'nb'],
  ['ky', 'ky_KG'],
  ['rw', 'rw_RW'],
  ['und-ID', 'id_ID', 'id'],
])('converts %s to %s', (locale, ...codes) => {
  expect(toTemplateLanguages(locale)).toEqual(codes);
});
