import { describe, expect, it } from 'vitest';
import { bandPeriods, findFalls } from '../../web/console/overview/conversion-band.ts';

const of = (verified: number, sent: number, value = 'whatsapp') => ({ value, sent, verified });
const WEEK = [of(800, 1000)];

describe('the conversion of an hour', () => {
  it.each([
    ['as usual', of(80, 100)],
    ['a little lower, as chance has it', of(72, 100)],
    ['clearly lower, but by less than a fifth', of(3500, 5000)],
    ['of too few sends', of(0, 29)],
    ['of a channel that is new', of(0, 100, 'twilio')],
  ])('raises no alarm if it is %s', (_, hour) => {
    expect(findFalls([hour], WEEK)).toEqual([]);
  });

  it('raises one if it is below the band of the seven days before', () => {
    expect(findFalls([of(50, 100), of(9, 30, 'ID')], [...WEEK, of(700, 1000, 'ID')])).toEqual([
      { value: 'whatsapp', now: 0.5, usual: 0.8 },
      { value: 'ID', now: 0.3, usual: 0.7 },
    ]);
  });

  it('raises none if the days before say too little', () => {
    expect(findFalls([of(0, 100)], [of(90, 99)])).toEqual([]);
  });
});

it('looks at an hour whose codes have ended, and at the seven days before it', () => {
  expect(bandPeriods(Date.parse('2026-12-01T12:07:30.000Z'))).toEqual({
    hour: { from: '2026-12-01T10:45:00.000Z', to: '2026-12-01T11:45:00.000Z' },
    before: { from: '2026-11-24T10:45:00.000Z', to: '2026-12-01T10:45:00.000Z' },
  });
});
