import { randomInt } from 'node:crypto';

/** Returns a random integer in `[min, max)`, uniformly distributed. */
export type RandomInteger = (min: number, max: number) => number;

/** Generates a code of `length` decimal digits (6 to 10), uniformly distributed, with leading zeros. */
export function generateCode(length: number, randomInteger: RandomInteger = randomInt): string {
  return String(randomInteger(0, 10 ** length)).padStart(length, '0');
}
