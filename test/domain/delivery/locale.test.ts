import { getCountries } from 'libphonenumber-js';
import { describe, expect, it } from 'vitest';
import {
  findLanguage,
  languages,
  localeOfRegion,
  localesOfRegion,
  toLocale,
  widen,
} from '../../../src/domain/delivery/locale.ts';

describe('a locale', () => {
  it.each([
    ['en', 'en'],
    ['EN-us', 'en-US'],
    ['pt-br', 'pt-BR'],
    ['es-419', 'es-419'],
    ['zh-hant-hk', 'zh-Hant-HK'],
    // Former codes of Indonesian, Hebrew and Filipino.
    ['in', 'id'],
    ['iw', 'he'],
    ['tl', 'fil'],
  ])('is read from %s as %s', (text, locale) => {
    expect(toLocale(text)).toBe(locale);
  });

  it.each(['', ' ', 'pt_BR', 'e', 'en-', '-en', 'en US', '*', 'x-private', 'en\n', 'дa'])(
    'is not %j',
    (text) => {
      expect(toLocale(text)).toBeUndefined();
    },
  );

  it.each([
    ['pt-BR', ['pt-BR', 'pt-Latn', 'pt']],
    ['zh-HK', ['zh-HK', 'zh-Hant', 'zh']],
    ['zh', ['zh', 'zh-Hans']],
    ['en-u-nu-latn', ['en', 'en-Latn']],
  ])('is contained in wider ones: %s', (locale, expected) => {
    expect(widen(locale)).toEqual(expected);
  });

  it.each([
    ['pt-BR', 'pt'],
    ['pt-PT', 'pt-PT'],
    ['es-419', 'es'],
    ['es-MX', 'es'],
    ['de-AT', 'de'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-Hant-MO', 'zh-Hant'],
    ['fil-PH', 'fil'],
    ['xx', undefined],
    ['sv-SE', undefined],
  ])('%s has the built-in language %s', (locale, language) => {
    expect(findLanguage(locale)).toBe(language);
  });

  it('has a built-in text in more than 20 languages, under canonical tags', () => {
    expect(languages.length).toBeGreaterThan(20);
    expect(languages.map(toLocale)).toEqual([...languages]);
  });
});

describe('the language of a region', () => {
  it.each([
    ['ID', 'id'],
    ['MY', 'ms'],
    ['SG', 'en'],
    ['GB', 'en'],
    ['US', 'en'],
    ['NG', 'en'],
    ['IN', 'en'],
    ['PK', 'ur'],
    ['BD', 'bn'],
    ['BR', 'pt'],
    ['PT', 'pt-PT'],
    ['AO', 'pt-PT'],
    ['MX', 'es'],
    ['ES', 'es'],
    ['FR', 'fr'],
    ['SN', 'fr'],
    ['DE', 'de'],
    ['CH', 'de'],
    ['IT', 'it'],
    ['NL', 'nl'],
    ['TR', 'tr'],
    ['EG', 'ar'],
    ['SA', 'ar'],
    ['IL', 'he'],
    ['IR', 'fa'],
    ['RU', 'ru'],
    ['KZ', 'ru'],
    ['UA', 'uk'],
    ['PL', 'pl'],
    ['VN', 'vi'],
    ['TH', 'th'],
    ['PH', 'fil'],
    ['TZ', 'sw'],
    ['CN', 'zh-Hans'],
    ['TW', 'zh-Hant'],
    ['HK', 'zh-Hant'],
    // No built-in text.
    ['SE', 'en'],
    ['ZZ', 'en'],
    ['', 'en'],
  ])('of %s is %s', (region, language) => {
    expect(localeOfRegion(region)).toBe(language);
  });

  it('comes with wider ones, so that a template of any of them applies', () => {
    expect(localesOfRegion('BR')).toEqual(expect.arrayContaining(['pt-BR', 'pt']));
    expect(localesOfRegion('SE')).toEqual(expect.arrayContaining(['sv-SE', 'sv', 'en']));
    expect(localesOfRegion('IN')).not.toContain('hi');
    expect(localesOfRegion('AO')).toEqual(expect.arrayContaining(['pt-AO', 'pt', 'pt-PT']));
    expect(localesOfRegion('UZ')).toEqual(expect.arrayContaining(['uz', 'ru']));
    for (const region of ['BR', 'SE', 'IN', 'ZZ', '']) {
      expect(localesOfRegion(region)).toContain(localeOfRegion(region));
    }
  });

  it('is the likeliest one of Unicode, but for a few regions', () => {
    const others = getCountries().filter((region) => {
      const likeliest = new Intl.Locale(`und-${region}`).maximize().toString();
      return ![undefined, localeOfRegion(region)].includes(findLanguage(likeliest));
    });
    expect(others.sort()).toEqual(['AO', 'CV', 'GW', 'IN', 'MZ', 'SS', 'ST', 'TL', 'UG']);
  });

  it('is a built-in one for every region that there could be', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const regions = letters.flatMap((first) => letters.map((second) => first + second));
    for (const region of regions) {
      expect(languages).toContain(localeOfRegion(region));
      expect(localesOfRegion(region).map(toLocale)).toEqual([...localesOfRegion(region)]);
    }
  });
});
