import { foldPhoneNumber } from '../typed-text.ts';

/** Parameters without which the number is another line: a code sent there would be lost. */
const NAMES_ANOTHER_LINE = /^(ext|isub|postd|m-.*)$/;

/** The `phone-context` of a local number: the digits that precede it (RFC 3966, section 5.1.5). */
const GLOBAL_CONTEXT = /^\+[0-9.() -]+$/;

/**
 * Returns the number of a `tel:` URI (RFC 3966), as links on web pages and in contacts have it; any other
 * text unchanged. Undefined for a URI with an extension, or one that cannot be decoded.
 */
export function readTelUri(text: string): string | undefined {
  const [, rest] = /^tel:(.*)$/i.exec(text) ?? [];
  if (rest === undefined) return text;
  const [number = '', ...parameters] = decode(rest).split(';');
  const pairs = parameters.map((parameter): [string, string] => {
    const [name = '', ...value] = parameter.split('=');
    return [name.trim().toLowerCase(), value.join('=').trim()];
  });
  if (pairs.some(([name]) => NAMES_ANOTHER_LINE.test(name))) return undefined;
  const context = new Map(pairs).get('phone-context') ?? '';
  const isLocal = !number.trim().startsWith('+');
  return isLocal && GLOBAL_CONTEXT.test(context) ? context + number : number.trim();
}

function decode(text: string): string {
  try {
    return foldPhoneNumber(decodeURIComponent(text));
  } catch {
    return ''; // `%ZZ`: not a number.
  }
}
