import { describe, expect, it } from 'vitest';
import { findForeignLink, isDomain, toDomain } from '../../src/domain/links.ts';

const DOMAINS = ['kopi.example', 'пример.рф'];

describe('a link', () => {
  it.each([
    'kopi.example',
    'Kopi.Example',
    'https://kopi.example',
    'https://kopi.example/login?next=/a.b&c=1#top',
    'id.kopi.example',
    'www.kopi.example.',
    '(kopi.example)',
    '"kopi.example",',
    'пример.рф',
  ])('to a declared domain may be in a text: %s', (link) => {
    expect(findForeignLink(`Log in at ${link} now`, DOMAINS)).toBeUndefined();
  });

  it.each([
    'evil.example',
    'https://evil.example',
    'xkopi.example',
    'kopi.example.evil.example',
    'kopi.example@evil.example',
    'https://kopi.example@evil.example',
    'https://kopi.example:443@evil.example',
    'http://kopi.example',
    '//kopi.example',
    'kopi.example,evil.example',
    'kopi.example，evil.example',
    'kopi.example/，evil.example',
    'kopi.example\\evil.example',
    'evil\u200b.example',
    'evil\u00ad.example',
    'ev\u200dil。example',
    'wa.me/628123',
    '192.168.1.1',
  ])('to another place is found: %s', (link) => {
    expect(findForeignLink(`Log in at ${link} now`, DOMAINS)).toBe(link);
    expect(findForeignLink(`kopi.example\n${link}`, DOMAINS)).toBe(link);
  });

  it('is not seen in the punctuation of a sentence', () => {
    const text = 'PT. Contoh, d’Amour S.p.A.: 3.5 hours. Thanks! A/B... e.g. 12.30';
    expect(findForeignLink(text, [])).toBeUndefined();
  });
});

describe('a domain', () => {
  it.each([
    'kopi.example',
    'a.b.kopi.example',
    'xn--e1afmkfd.xn--p1ai',
    'пример.рф',
    '7-eleven.com',
  ])('may be %s', (text) => {
    expect(isDomain(text)).toBe(true);
  });

  it.each([
    ...['', 'com', 'kopi', '.example', 'kopi.example.', 'kopi..example', '-kopi.example'],
    ...['kopi-.example', 'Kopi.example', 'https://kopi.example', 'kopi.example/x', '1.2.3.4'],
    ...['kopi.example:80', 'a b.example', '*.example', `${'a'.repeat(64)}.example`],
  ])('is not %j', (text) => {
    expect(isDomain(text)).toBe(false);
  });

  it('has one form, however it is typed', () => {
    expect(toDomain(' Kopi。EXAMPLE ')).toBe('kopi.example');
  });
});
