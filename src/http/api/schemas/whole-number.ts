import { z } from '@hono/zod-openapi';

/** Plain decimal digits: no sign, exponent, hexadecimal, space or leading zero. */
const PLAIN = /^(0|[1-9][0-9]{0,14})$/;

type Bounds = { readonly min: number; readonly max: number };

/** A whole number in a body. Every error message names the bounds. */
export function wholeNumber({ min, max }: Bounds) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int({ error: message, abort: true }).min(min, message).max(max, message);
}

/** A whole number in a query, where every value is text. */
export function wholeNumberInQuery(bounds: Bounds) {
  const toNumber = (text: unknown) => (PLAIN.test(String(text)) ? Number(text) : text);
  return z.preprocess(toNumber, wholeNumber(bounds));
}
