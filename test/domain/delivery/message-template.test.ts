import { describe, expect, it } from 'vitest';
import {
  fillTemplate,
  findTemplate,
  findTemplateFault,
  toTemplateText,
} from '../../../src/domain/delivery/message-template.ts';

const VALUES = { code: '012345', company: 'Kopi & Roti', ttlSeconds: 300 };

const faultOf = (text: string, domains: readonly string[] = []) =>
  findTemplateFault(text, domains)?.code;

describe('a template', () => {
  it.each([
    '{{code}}',
    '{{code}} is your {{company}} code, valid for {{minutes}} minutes.',
    '{{code}}\n{{code}}',
    'رمزك {{code}} من {{company}}',
    'कोड क्\u200dष {{code}}',
    '\u2068{{code}}\u2069 👍️',
    `{{code}}${'x'.repeat(992)}`,
  ])('may be %j', (text) => {
    expect(toTemplateText(text)).toBe(text);
    expect(faultOf(text)).toBeUndefined();
  });

  it.each([
    ['without a code', 'Your code', 'required'],
    ['with a misspelled placeholder', '{{code}} {{Company}}', 'invalid_value'],
    ['with an unknown placeholder', '{{code}} {{name}}', 'invalid_value'],
    ['with single braces', '{{code}} {minutes}', 'invalid_value'],
    ['with three braces', '{{{code}}}', 'invalid_value'],
    ['with an open brace', '{{code}} {{', 'invalid_value'],
    ['with a closing brace', '{{code}} }', 'invalid_value'],
    ['with a template of another language', `{{code}} $${'{'}7*7}`, 'invalid_value'],
    ['with 1001 characters', `{{code}}${'x'.repeat(993)}`, 'too_long'],
    ['with a null byte', '{{code}}\u0000', 'control_characters'],
    ['with a tab', '{{code}}\tx', 'control_characters'],
    ['with half a character', '{{code}} \ud83d', 'control_characters'],
    ['with a direction override', '{{code}} \u202ex', 'control_characters'],
    ['with a zero-width space', '{{code}} a\u200bb', 'control_characters'],
    ['with a link', '{{code}} evil.example', 'invalid'],
    ['with a link around the code', 'https://evil.example/{{code}}', 'invalid'],
    ['whose company makes a link', '{{code}} {{company}}.com', 'invalid'],
    ['whose code makes a link', '{{code}}.evil', 'invalid'],
  ])('is refused %s', (_, text, code) => {
    expect(faultOf(toTemplateText(text), ['kopi.example'])).toBe(code);
  });

  it('may link to the domains of the account', () => {
    const text = '{{code}}\n\nhttps://kopi.example/help';
    expect(faultOf(text, ['kopi.example'])).toBeUndefined();
    expect(faultOf(text, ['other.example'])).toBe('invalid');
  });

  it('is stored in one form, however it was typed', () => {
    expect(toTemplateText(' {{ code }}\r\ncafe\u0301 {{  minutes}} \n')).toBe(
      '{{code}}\ncafé {{minutes}}',
    );
  });

  it('is filled with the code, the company and whole minutes', () => {
    const text = '{{code}} is your {{company}} code for {{minutes}} min. {{code}}';
    expect(fillTemplate(text, VALUES)).toBe('012345 is your Kopi & Roti code for 5 min. 012345');
    expect(fillTemplate(text, { ...VALUES, company: undefined, ttlSeconds: 119 })).toBe(
      '012345 is your code for 1 min. 012345',
    );
    expect(fillTemplate('{{minutes}} {{code}}', { ...VALUES, ttlSeconds: 30 })).toBe('1 012345');
  });

  it('does not read values as placeholders or patterns', () => {
    const company = '{{code}} $& $1 {{minutes}}';
    expect(fillTemplate('{{company}}: {{code}}', { ...VALUES, company })).toBe(
      `${company}: 012345`,
    );
  });

  it('keeps a company in another script together in a text from right to left', () => {
    const company = 'd’Amour S.p.A.';
    expect(fillTemplate('{{code}} من {{company}}', { ...VALUES, company })).toBe(
      `012345 من \u2068${company}\u2069`,
    );
    expect(fillTemplate('{{code}} من {{company}}', { ...VALUES, company: 'شركة' })).toBe(
      '012345 من شركة',
    );
    expect(fillTemplate('{{code}} from {{company}}', { ...VALUES, company })).toBe(
      `012345 from ${company}`,
    );
  });
});

describe('any text', () => {
  const PARTS = [
    ...['{{code}}', '{{company}}', '{{minutes}}', '{{ code }}', '{', '}', '{{', '}}', '{code}'],
    ...[' ', '\n', '.', '/', 'x', 'https://', 'evil.example', 'kopi.example', 'كود', 'é', '👍'],
    ...['\u200b', '\u202e', '\u0000', '$&', '@', ',', '(', ')'],
  ];

  /** Small numbers that look like chance and are the same in each run. */
  function createDraw(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  function* drawTexts(count: number): Generator<string> {
    const draw = createDraw(7);
    for (let index = 0; index < count; index += 1) {
      const parts = Array.from({ length: draw(9) }, () => PARTS[draw(PARTS.length)]);
      yield ['{{code}}', ...parts].sort(() => draw(3) - 1).join('');
    }
  }

  it('that is accepted makes a message with the code, without placeholders or other links', () => {
    let accepted = 0;
    for (const drawn of drawTexts(5000)) {
      const text = toTemplateText(drawn);
      expect(toTemplateText(text)).toBe(text);
      if (findTemplateFault(text, ['kopi.example'])) continue;
      accepted += 1;
      const message = fillTemplate(text, VALUES);
      expect(message).toContain('012345');
      for (const refused of ['{', '}', '\u0000', '\u200b', '\u202e', 'evil.example']) {
        expect(message).not.toContain(refused);
      }
    }
    expect(accepted).toBeGreaterThan(500);
  });
});

describe('the template of a message', () => {
  const at = (channel: string, locale: string) => ({ channel, locale, text: '{{code}}' });
  const all = [
    ...[at('*', '*'), at('http', '*'), at('*', 'pt'), at('http', 'pt'), at('*', 'pt-BR')],
    at('whatsapp', 'pt-BR'),
  ];

  it.each([
    ['whatsapp', ['pt-BR', 'pt'], 'whatsapp/pt-BR'],
    ['http', ['pt-BR', 'pt'], '*/pt-BR'],
    ['http', ['pt-PT', 'pt'], 'http/pt'],
    ['console', ['pt'], '*/pt'],
    ['http', ['en'], 'http/*'],
    ['console', ['en'], '*/*'],
  ])('on %s in %j is the most specific one, by language first', (channel, locales, expected) => {
    const found = findTemplate(all, channel, locales);
    expect(`${found?.channel}/${found?.locale}`).toBe(expected);
  });

  it('is none if none fits', () => {
    expect(findTemplate([at('http', 'pt')], 'http', ['en'])).toBeUndefined();
    expect(findTemplate([at('http', '*')], 'console', ['en'])).toBeUndefined();
  });
});
