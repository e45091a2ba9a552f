import { readMoment } from '../../../lib/time/time-zone.ts';

type RangeText = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timeZone: string;
};

/** Parses the range of a query. Dates are in its time zone. */
export function readRange({ from, to, timeZone }: RangeText) {
  return {
    from: from === undefined ? undefined : readMoment(from, timeZone),
    to: to === undefined ? undefined : readMoment(to, timeZone),
    timeZone,
  };
}
