import { describe, expect, it } from 'vitest';
import { bandPeriods, judgeConversion } from '../../src/domain/analytics/conversion-band.ts';

const of = (verified: number, sent: number) => ({ sent, verified });
const WEEK = of(800, 1000);

describe('the conversion of an hour', () => {
  it.each([
    ['as usual', 'normal', of(80, 100)],
    ['a little lower, as chance has it', 'normal', of(72, 100)],
    ['lower than chance has it, but by less than a fifth', 'between', of(3500, 5000)],
    ['lower by a fifth, which chance explains for so few', 'between', of(19, 30)],
    ['lower by a fifth and than chance has it', 'low', of(50, 100)],
  ])('is %s', (_, kind, hour) => {
    expect(judgeConversion(hour, WEEK)).toEqual({
      kind,
      share: hour.verified / hour.sent,
      expectedShare: 0.8,
    });
  });

  it.each([
    ['the hour', of(0, 29), WEEK],
    ['the days before', of(0, 100), of(90, 99)],
  ])('is not judged by too few codes of %s', (_, hour, before) => {
    expect(judgeConversion(hour, before)).toBeUndefined();
  });
});

it('looks at an hour whose codes have ended, and at the seven days before it', () => {
  expect(bandPeriods(new Date('2026-12-01T12:07:30.000Z'))).toEqual({
    hour: {
      from: new Date('2026-12-01T10:45:00.000Z'),
      to: new Date('2026-12-01T11:45:00.000Z'),
    },
    before: {
      from: new Date('2026-11-24T10:45:00.000Z'),
      to: new Date('2026-12-01T10:45:00.000Z'),
    },
  });
});
