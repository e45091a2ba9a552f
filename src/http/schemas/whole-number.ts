import { z } from '@hono/zod-openapi';

/** Plain decimal digits: no sign, exponent, hexadecimal, blank or leading zero. */
const PLAIN = /^(0|[1-9][0-9]{0,14})$/;

type Bounds = { readonly min: number; readonly max: number; readonly message: string };

/** A whole number in a query, where every value is text. */
export function wholeNumber({ min, max, message }: Bounds) {
  const number = z.int({ error: message }).min(min, message).max(max, message);
  return z.preprocess((text) => (PLAIN.test(String(text)) ? Number(text) : text), number);
}
