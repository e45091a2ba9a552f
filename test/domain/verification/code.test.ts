import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateCode } from '../../../src/domain/verification/code.ts';

const DRAWS = 300_000;
const LENGTH = 6;

/** For nine degrees of freedom a fair draw exceeds this once in a hundred million runs. */
const LARGEST_CHI_SQUARE = 55;

describe('a code', () => {
  it('A14: has every digit equally often in every place', () => {
    const counts = Array.from({ length: LENGTH }, () => Array<number>(10).fill(0));
    for (let i = 0; i < DRAWS; i += 1) {
      [...generateCode(LENGTH)].forEach((digit, place) => {
        const ofPlace = counts[place] ?? [];
        ofPlace[Number(digit)] = (ofPlace[Number(digit)] ?? 0) + 1;
      });
    }
    expect(counts.map((ofPlace) => ofPlace.length)).toEqual(Array(LENGTH).fill(10));
    const expected = DRAWS / 10;
    const chiSquares = counts.map((ofPlace) =>
      ofPlace.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0),
    );
    expect(Math.max(...chiSquares)).toBeLessThan(LARGEST_CHI_SQUARE);
    const zeroShare = (counts[0]?.[0] ?? 0) / DRAWS;
    expect(Math.abs(zeroShare - 0.1)).toBeLessThan(0.004);
  });

  it.each([6, 7, 8, 9, 10])('is drawn from all numbers of %i digits', (length) => {
    const asked: number[][] = [];
    const first = (min: number, max: number) => {
      asked.push([min, max]);
      return min;
    };
    const last = (_: number, max: number) => max - 1;
    expect(generateCode(length, first)).toBe('0'.repeat(length));
    expect(generateCode(length, last)).toBe('9'.repeat(length));
    expect(asked).toEqual([[0, 10 ** length]]);
    expect(generateCode(length)).toMatch(new RegExp(`^[0-9]{${length}}$`));
  });

  it('A13: keeps its leading zeros', () => {
    expect(generateCode(6, () => 123)).toBe('000123');
  });

  it('A14: comes from the cryptographic generator and from no other', () => {
    const sources = ['src', 'config', 'database'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => ({
          name: join(folder, name),
          text: readFileSync(join(folder, name), 'utf8'),
        })),
    );
    expect(sources.length).toBeGreaterThan(50);
    const weak = sources.filter(({ text }) =>
      /Math\s*(\.|\[['"])\s*random|Date\.now\(\)\s*%/.test(text),
    );
    expect(weak.map(({ name }) => name)).toEqual([]);
    const drawing = sources.filter(({ text }) => /\brandomInt\b/.test(text));
    expect(drawing.map(({ name }) => name).sort()).toEqual([
      'src/cli/with-service.ts',
      'src/domain/verification/code.ts',
      'src/serve.ts',
    ]);
    for (const { text } of drawing) {
      expect(text).toContain("import { randomInt } from 'node:crypto';");
    }
  });
});
