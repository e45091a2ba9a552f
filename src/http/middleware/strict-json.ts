import type { MiddlewareHandler } from 'hono';
import { parse } from 'lossless-json';
import { AppError } from '../../domain/errors.ts';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** What no body, or an empty one, says: each field is left out. The route knows whether it may be. */
const NOTHING = '{}';

/**
 * Lets a body through that is JSON beyond doubt: declared so, not compressed, valid UTF-8, and
 * without a name twice in one object, which two parsers could read differently (RFC 8259 section 4).
 * Nothing at all needs no type (RFC 9110 section 8.3) and is an empty object.
 */
export const strictJson: MiddlewareHandler = async (c, next) => {
  if (WITH_BODY.has(c.req.method)) {
    const bytes = await c.req.arrayBuffer();
    const type = c.req.header('content-type');
    const isAbsent = bytes.byteLength === 0 && !type;
    if (!isAbsent) assertMediaType(type, c.req.header('content-encoding'));
    const text = decode(bytes) || NOTHING;
    assertJson(text);
    // Hono keeps promises here; its type names what they resolve to.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  }
  await next();
};

function assertMediaType(contentType = '', contentEncoding = 'identity'): void {
  const isJson = /^application\/json *(; *charset="?utf-8"? *)?$/i.test(contentType);
  if (!isJson || contentEncoding !== 'identity') {
    throw new AppError('unsupported_media_type', 'Send application/json in UTF-8, not compressed');
  }
}

/** Without the byte order mark that some programs write in front (RFC 8259 section 8.1). */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid UTF-8', { cause });
  }
}

function assertJson(text: string): void {
  try {
    parse(text, null, { parseNumber: Number, onDuplicateKey: refuseDuplicate });
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid JSON', { cause });
  }
}

/** Also of the same value: which of the two is meant is no question that a reader should have. */
function refuseDuplicate({ position }: { readonly position: number }): never {
  throw new SyntaxError(`A name occurs twice at position ${position}`);
}
