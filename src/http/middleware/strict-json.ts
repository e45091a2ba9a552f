import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../domain/errors.ts';

const JSON_TYPE = 'application/json';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Replaces a missing or empty body. The route decides whether fields may be missing. */
const NOTHING = '{}';

/** A parameter of a media type, such as `charset=utf-8`, or nothing after a `;` at the end. */
const PARAMETER = /^([^\s=]+=\S+)?$/;
/** Another charset, or the boundary of a multipart body. */
const NOT_OF_JSON = /^(charset=(?!("?)utf-?8\2$)|boundary=)/i;

/**
 * Only accepts unambiguous JSON: with the right media type, not compressed, valid UTF-8, and without
 * repeated names in an object, which parsers treat differently (RFC 8259 section 4). An empty body of
 * any type is read as an empty object.
 */
export const strictJson: MiddlewareHandler = async (c, next) => {
  if (WITH_BODY.has(c.req.method)) {
    const bytes = await c.req.arrayBuffer();
    if (bytes.byteLength > 0) {
      assertMediaType(c.req.header('content-type'), c.req.header('content-encoding'));
    }
    // A byte order mark alone also counts as empty.
    const text = decode(bytes) || NOTHING;
    assertJson(text);
    // Hono stores promises here, although its type says otherwise.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
    // The validators of the routes accept fewer spellings of the type. Setting a header takes time.
    if (c.req.header('content-type') !== JSON_TYPE) {
      c.req.raw.headers.set('content-type', JSON_TYPE);
    }
  }
  await next();
};

function assertMediaType(contentType = '', contentEncoding = 'identity'): void {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const isJson = type.toLowerCase() === JSON_TYPE && parameters.every(isAllowed);
  if (!isJson || contentEncoding !== 'identity') {
    throw new AppError(
      'unsupported_media_type',
      'Send the body as application/json in UTF-8, not compressed',
    );
  }
}

function isAllowed(parameter: string): boolean {
  return PARAMETER.test(parameter) && !NOT_OF_JSON.test(parameter);
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Removes the byte order mark that some programs add (RFC 8259 section 8.1). */
function decode(bytes: ArrayBuffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid UTF-8', { cause });
  }
}

function assertJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid JSON', { cause });
  }
  if (hasRepeatedName(text)) {
    throw new AppError('invalid_json', 'The body has an object in which a name is repeated');
  }
}

/** The strings of a JSON text, with the colon after a name, and the brackets of objects and arrays. */
const TOKENS = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

/** Whether an object of a valid JSON text has a name twice, even with the same value. */
function hasRepeatedName(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined && !addName(open.at(-1), token.slice(0, -colon.length)))
      return true;
  }
  return false;
}

/** Adds a decoded name (`\u006f` is an o); false if it exists. */
function addName(names: Set<string> | undefined, token: string): boolean {
  const name: string = JSON.parse(token);
  if (names?.has(name)) return false;
  names?.add(name);
  return true;
}
