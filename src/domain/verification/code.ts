import { randomInt } from 'node:crypto';

/** Draws a whole number in `[min, max)`, each equally likely. */
export type RandomInteger = (min: number, max: number) => number;

/** Draws `length` decimal digits (6 to 10), each equally likely; leading zeros are kept. */
export function generateCode(length: number, randomInteger: RandomInteger = randomInt): string {
  return String(randomInteger(0, 10 ** length)).padStart(length, '0');
}
