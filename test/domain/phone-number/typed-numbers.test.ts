import { type CountryCode, getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { parseRecipient } from '../../../src/domain/phone-number/phone-number.ts';
import { foldCode } from '../../../src/domain/typed-text.ts';

/** Draws the same numbers from the same seed (mulberry32), so that a fault can be looked at again. */
function createDraw(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const points = Array.from({ length: 0x11_0000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));
const INVISIBLE = points.filter((text) =>
  /[\p{Cf}\p{Variation_Selector}\u115f\u3164\u2800]/u.test(text),
);
const BLANK = points.filter((text) => /\p{White_Space}/u.test(text));
const DASH = points.filter((text) => /\p{Pd}/u.test(text));
const DIGITS = points.filter((text) => /\p{Nd}/u.test(text));
/** Four digits, as on two islands, are no number without their country code. */
const REGIONS = getCountries().filter((region) => {
  const digits = getExampleNumber(region, examples)?.nationalNumber.length ?? 0;
  return digits > 4;
});
const ROUNDS = 2000;

/** The text with other scripts' digits, and with `fillers` strewn over the places where they may stand. */
function scatter(text: string, draw: ReturnType<typeof createDraw>, fillers: readonly string[][]) {
  const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;
  const script = draw(DIGITS.length / 10) * 10;
  return [...text]
    .map((character) => {
      const digit = /[0-9]/.test(character) ? DIGITS[script + Number(character)] : character;
      return draw(4) > 0 ? character : (digit ?? character);
    })
    .map((character) => (draw(6) === 0 ? character + pick(pick(fillers)) : character))
    .join('');
}

/** A mobile number of the region, in one of the ways in which it is printed. */
function printNumber(region: CountryCode, draw: ReturnType<typeof createDraw>): string {
  const example = getExampleNumber(region, examples);
  const printed = draw(2) ? example?.number : example?.formatNational();
  return `${draw(2) ? ' ' : ''}${printed}${draw(2) ? '\n' : ''}`;
}

describe('what people type', () => {
  it('is the same phone number whatever stands between and around its digits, in every region', () => {
    const draw = createDraw(20_261_128);
    expect(REGIONS.length).toBeGreaterThan(200);
    for (let round = 0; round < ROUNDS; round += 1) {
      const defaultRegion = REGIONS[round % REGIONS.length] ?? 'ID';
      const policy = { defaultRegion, allowedRegions: ['*'] };
      const printed = printNumber(defaultRegion, draw);
      const text = scatter(printed, draw, [INVISIBLE]);
      expect([text, parseRecipient(text, policy)]).toEqual([text, parseRecipient(printed, policy)]);
    }
  });

  it('is the same code whatever stands between and around its digits', () => {
    const draw = createDraw(28_112_026);
    for (let round = 0; round < ROUNDS; round += 1) {
      const code = String(draw(1_000_000)).padStart(6, '0');
      const text = scatter(` ${code}`, draw, [INVISIBLE, BLANK, DASH]);
      expect([text, foldCode(text)]).toEqual([text, code]);
    }
  });
});
