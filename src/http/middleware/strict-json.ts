import type { MiddlewareHandler } from 'hono';
import { parse } from 'lossless-json';
import { AppError } from '../../domain/errors.ts';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Lets a body through that is JSON beyond doubt: declared so, not compressed, valid UTF-8, and
 * without a name twice in one object, which two parsers could read differently (RFC 8259 section 4).
 */
export const strictJson: MiddlewareHandler = async (c, next) => {
  if (WITH_BODY.has(c.req.method)) {
    assertMediaType(c.req.header('content-type'), c.req.header('content-encoding'));
    const text = decode(await c.req.arrayBuffer());
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

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid UTF-8', { cause });
  }
}

function assertJson(text: string): void {
  try {
    parse(text, null, Number);
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not valid JSON', { cause });
  }
}
