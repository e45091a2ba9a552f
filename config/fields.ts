import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import { DURATION, toSeconds } from './duration.ts';
import { Fault } from './fault.ts';

const LONGEST_SHOWN = 40;

/** A message that shows the value, unless the value is so long or unusual that it may be a misplaced secret. */
export const shown = (message: string) => ({
  error: ({ input }: { readonly input?: unknown }): string => `${quote(String(input))} ${message}`,
});

/** Shows a value in a message, unless it may be a misplaced secret. */
export function quote(text: string): string {
  return text.length <= LONGEST_SHOWN && /^[ -~]*$/.test(text) ? `"${text}"` : 'its value';
}

/** One of a few words; `known` replaces their list in the message, if some should not be listed. */
export function choice<const T extends readonly [string, ...string[]]>(
  words: T,
  known = words.join(', '),
) {
  return z.enum(words, shown(`is not one of ${known}`));
}

/** A whole number without a default. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^[+-]?\d{1,15}$/, { error: 'must be a whole number', abort: true })
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

export const integer = (min: number, max: number, fallback: number) =>
  wholeNumber(min, max).default(fallback);

/** A limit: the number allowed per window; 0 disables it. */
export const limit = (fallback: number) => integer(0, 1_000_000, fallback);

export const port = (fallback: number) => integer(1, 65_535, fallback);

type ListOptions = {
  readonly isItem: (item: string, all: readonly string[]) => boolean;
  /** What an item must be: "an origin such as …". */
  readonly kind: string;
};

/** A comma-separated list, with optional blanks around the commas. The message names each bad item. */
export const list = (fallback: string, { isItem, kind }: ListOptions) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
      for (const item of items.filter((one) => !isItem(one, items))) {
        context.issues.push({
          code: 'custom',
          input: text,
          message: `${quote(item)} is not ${kind}`,
        });
      }
      return items;
    });

/** A lifetime from one minute to `longest`. */
export const duration = (longest: string, fallback: string) =>
  z
    .string()
    .regex(DURATION, {
      error: 'must be a whole number followed by s, m, h or d, such as 15m',
      abort: true,
    })
    .refine((text) => toSeconds(text) >= toSeconds('1m'), 'must be at least 1m')
    .refine((text) => toSeconds(text) <= toSeconds(longest), `must be at most ${longest}`)
    .default(fallback);

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .optional();

/** An address to which paths are added: an origin, perhaps with a path of its own. A trailing / is removed. */
export function baseUrl() {
  return z
    .url({ protocol: /^https?$/, error: 'must be an https:// or http:// address', abort: true })
    .refine((text) => {
      const { search, hash, username, password } = new URL(text);
      return [search, hash, username, password].every((part) => part === '');
    }, 'must be an address without a query, fragment or credentials, such as https://otp.example.com')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional();
}

/** The address of a provider's API. A trailing / is removed. */
export const apiUrl = (fallback: string) => baseUrl().default(fallback);

export const timeZone = z
  .string()
  .default('UTC')
  .refine(
    (zone) => zone === 'UTC' || isTimeZone(zone),
    shown('is not a time zone such as UTC or Asia/Jakarta'),
  );

/** A secret, trimmed of the white space that shells and editors leave around it. */
export function secret(minBytes: number) {
  return z
    .string()
    .trim()
    .refine((text) => Buffer.byteLength(text) >= minBytes, `must have at least ${minBytes} bytes`);
}

const IN_HEADERS = /^[!-~]*$/;

/** A secret that is sent in a header, where only visible ASCII characters pass unchanged. */
export function headerSecret(minBytes: number) {
  return secret(minBytes).regex(
    IN_HEADERS,
    'must consist of letters, digits and ASCII punctuation, without spaces, because it is sent in a header',
  );
}

/** A mail server, with the credentials in the address. Other parameters could make the library log messages. */
export function smtpUrl() {
  return z
    .url({
      protocol: /^smtps?$/,
      hostname: /./,
      error: 'must be like smtp://user:password@mail.example.com:587',
      abort: true,
    })
    .refine(
      (text) =>
        [...new URL(text).searchParams.keys()].every((name) => /^(requireTLS$|tls\.)/.test(name)),
      'may only have the parameters requireTLS and tls.…',
    )
    .optional();
}

/** A Redis server, with the credentials and the number of the database in the address. */
export function redisUrl() {
  return z
    .url({
      protocol: /^rediss?$/,
      hostname: /./,
      error: 'must be like redis://user:password@host:6379/0, or rediss:// for TLS',
      abort: true,
    })
    .refine((text) => /^\/?\d{0,4}$/.test(new URL(text).pathname), {
      error: 'must end with the number of a database, such as /0, or without one',
    })
    .refine((text) => {
      const { search, hash } = new URL(text);
      return search === '' && hash === '';
    }, 'must not have a ? or #: write them in a password as %3F and %23')
    .refine((text) => {
      const { username, password } = new URL(text);
      return isEncoded(username) && isEncoded(password);
    }, 'has an invalid % in the user name or password: write % as %25')
    .optional();
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Baileys does not verify the server's signature, so only TLS authenticates a server on another machine. */
export function socketUrl() {
  return z
    .url({ protocol: /^wss?$/, error: 'must be a wss:// address', abort: true })
    .refine((text) => {
      const { protocol, hostname } = new URL(text);
      return protocol === 'wss:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
    }, 'must be wss:// unless it is on this machine')
    .optional();
}

/** A check that reports the faults that `parse` throws. */
export const faultsOf =
  (parse: (text: string) => unknown) =>
  (payload: z.core.ParsePayload<string>): void => {
    try {
      parse(payload.value);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      payload.issues.push({ code: 'custom', input: payload.value, message: error.message });
    }
  };

export function isRegion(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && isSupportedCountry(code);
}

/** A list of origins of web pages, in canonical form. */
export function origins() {
  return list('', {
    isItem: isOrigin,
    kind: 'an origin such as https://app.example.com, without a path',
  }).transform((texts) => texts.map((text) => new URL(text).origin));
}

/** The scheme, host and port of a page; a trailing / is accepted. */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^\s*?#]+$/i.test(text) || !URL.canParse(text)) return false;
  const { pathname, username, password } = new URL(text);
  return pathname === '/' && username === '' && password === '';
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** An address, or a network in CIDR notation. */
export function isNetworkRange(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

/** An address, a network in CIDR notation, or one of the names that proxy-addr knows. */
export function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0) return ['loopback', 'linklocal', 'uniquelocal'].includes(text);
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
