import { describe, expect, it } from 'vitest';
import {
  type PlaceholderValues,
  parseFormTemplate,
  parseJsonTemplate,
  parseUrlTemplate,
  placeholders,
  TemplateError,
} from '../../../src/channels/http/template.ts';

const VALUES: PlaceholderValues = {
  to: '+6281234567890',
  toDigits: '6281234567890',
  code: '483920',
  text: 'Your code is 483920.',
  messageId: 'message',
  locale: 'en',
  companyName: 'PT. Contoh & Co.',
  verificationId: 'verification',
};

/** Texts that would change what surrounds them if they were not encoded. */
const HOSTILE = [
  ...['"', '\\', '"}', '","to":"+1"', '\\"', '\u2028', '\n\r\t', '\0', '</script>', "'; --"],
  ...['&to=%2B1', '=', '?', '#', '%', '%00', '%26', '+', ' ', ';', '/../', '\r\nHost: x', 'ä€😀'],
  ...['{{code}}', '{{', '}}', '$&', '$1', '__proto__', '\ud800', '\udfff', ''],
];

/** Repeatable pseudo-random texts of hostile parts. */
function* drawHostileTexts(count: number) {
  let state = 20_261_129;
  const draw = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let index = 0; index < count; index += 1) {
    yield Array.from({ length: 1 + draw(6) }, () => HOSTILE[draw(HOSTILE.length)]).join('');
  }
}

const hostileValues = (text: string): PlaceholderValues => ({
  ...VALUES,
  text,
  companyName: text,
  locale: text,
});

/** Forms and URLs are UTF-8, which has no unpaired surrogates. */
const toUtf8 = (text: string) => Buffer.from(text).toString('utf8');

const errorOf = (parse: () => unknown) => {
  try {
    parse();
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('a JSON template', () => {
  it('has placeholders in its strings, at any depth', () => {
    const template = parseJsonTemplate(
      '{"to":"{{to}}","messages":[{"body":"{{ text }} ({{companyName}})"}],"flash":false,"n":1.5,"x":null}',
    );
    expect([...template.names]).toEqual(['to', 'text', 'companyName']);
    expect(JSON.parse(template.fill(VALUES))).toEqual({
      to: '+6281234567890',
      messages: [{ body: 'Your code is 483920. (PT. Contoh & Co.)' }],
      flash: false,
      n: 1.5,
      x: null,
    });
  });

  it('keeps every value in its place', () => {
    const template = parseJsonTemplate(
      '{"a":"<{{text}}>","b":["{{companyName}}{{locale}}"],"c":1}',
    );
    for (const text of [...HOSTILE, ...drawHostileTexts(2000)]) {
      const filled = JSON.parse(template.fill(hostileValues(text)));
      expect(filled).toEqual({ a: `<${text}>`, b: [`${text}${text}`], c: 1 });
    }
  });

  it('may have a field of any name', () => {
    const filled = parseJsonTemplate('{"__proto__":"{{code}}"}').fill(VALUES);
    expect(filled).toBe('{"__proto__":"483920"}');
  });

  it.each(['{"to":{{to}}}', '{"to":"{{to}}"', '', 'to={{to}}'])('is not %s', (text) => {
    expect(errorOf(() => parseJsonTemplate(text))).toContain('JSON');
  });
});

describe('a form template', () => {
  it('is encoded as a form, whether or not the template is', () => {
    const text = 'to={{toDigits}}&from=PT%20Contoh&note=a b+c&text={{text}}&flag';
    const filled = parseFormTemplate(text).fill(VALUES);
    expect(filled).toBe(
      'to=6281234567890&from=PT%20Contoh&note=a%20b%20c&text=Your%20code%20is%20483920.&flag=',
    );
  });

  it('keeps every value in its place', () => {
    const template = parseFormTemplate('to={{to}}&text=<{{text}}>&x={{companyName}}{{locale}}');
    for (const text of [...HOSTILE, ...drawHostileTexts(2000)]) {
      const filled = template.fill(hostileValues(text));
      expect(filled).toMatch(/^[!-~]*$/);
      expect([...new URLSearchParams(filled)]).toEqual([
        ['to', '+6281234567890'],
        ['text', `<${toUtf8(text)}>`],
        ['x', toUtf8(`${text}${text}`)],
      ]);
    }
  });
});

describe('a URL template', () => {
  it('has placeholders in its query', () => {
    const template = parseUrlTemplate(
      'https://sms.example:8443/send?to={{to}}&text={{text}}&k=a+b',
    );
    expect([...template.names]).toEqual(['to', 'text']);
    expect(template.fill(VALUES)).toBe(
      'https://sms.example:8443/send?to=%2B6281234567890&text=Your%20code%20is%20483920.&k=a%20b',
    );
  });

  it.each(['https://sms.example', 'https://sms.example/a%20b?x=a+b&y=%7e#z'])(
    'without placeholders stays as it is: %s',
    (url) => {
      expect(parseUrlTemplate(url).fill(VALUES)).toBe(url);
    },
  );

  it('keeps every value in its place', () => {
    const template = parseUrlTemplate('https://u:p@sms.example/send?text={{text}}&key=1');
    for (const text of [...HOSTILE, ...drawHostileTexts(2000)]) {
      const { origin, pathname, hash, searchParams, username } = new URL(
        template.fill(hostileValues(text)),
      );
      expect([origin, pathname, hash, username]).toEqual(['https://sms.example', '/send', '', 'u']);
      expect([...searchParams]).toEqual([
        ['text', toUtf8(text)],
        ['key', '1'],
      ]);
    }
  });

  it.each([
    'https://sms.example/{{to}}',
    'https://sms.example/{{to}}?text={{text}}',
    'https://{{to}}.example/?a=1',
  ])('has none before its query: %s', (url) => {
    expect(errorOf(() => parseUrlTemplate(url))).toContain('query');
  });
});

describe('any template', () => {
  const parsers = [
    ['JSON', (value: string) => parseJsonTemplate(JSON.stringify({ a: [value] }))],
    ['form', (value: string) => parseFormTemplate(`a=${value}`)],
    ['URL', (value: string) => parseUrlTemplate(`https://sms.example/?a=${value}`)],
  ] as const;

  it.each(parsers)('knows all placeholders: %s', (_, parse) => {
    for (const name of placeholders) expect([...parse(`{{${name}}}`).names]).toEqual([name]);
  });

  it.each(parsers)('names a placeholder that is unknown: %s', (_, parse) => {
    expect(errorOf(() => parse('{{phone}}'))).toContain('{{phone}}');
    expect(errorOf(() => parse('{{constructor}}'))).toContain('{{constructor}}');
    expect(errorOf(() => parse('{{}}'))).toContain('{{}}');
  });

  it.each(parsers)('has no unfinished placeholder: %s', (_, parse) => {
    for (const text of ['{{to}', '{{to', '{{to-digits}}', '{{to}} {{']) {
      expect([text, errorOf(() => parse(text))]).toEqual([text, expect.stringContaining('{{')]);
    }
  });

  it('has no placeholder in the name of a field', () => {
    const parses = [
      () => parseJsonTemplate('{"a":[{"{{to}}":"{{text}}"}]}'),
      () => parseFormTemplate('{{to}}={{text}}'),
      () => parseUrlTemplate('https://sms.example/?{{to}}={{text}}'),
    ];
    for (const parse of parses) expect(errorOf(parse)).toContain('names');
  });
});
