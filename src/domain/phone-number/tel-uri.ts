import { foldPhoneNumber } from '../typed-text.ts';

/** A parameter that names another line than the number alone: a code sent without it would be lost. */
const NAMES_ANOTHER_LINE = /^(ext|isub|postd|m-.*)$/;

/** `phone-context` of a local number: the digits that stand before it (RFC 3966, section 5.1.5). */
const GLOBAL_CONTEXT = /^\+[0-9.() -]+$/;

/**
 * The number of a `tel:` URI (RFC 3966), as a link on a web page or in a contact has it; any other text
 * as it is. Undefined for a URI that means an extension, or that cannot be read.
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
    return ''; // `%ZZ`: no number is read from it.
  }
}
