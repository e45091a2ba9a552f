import { readMoment } from '../../../lib/time/time-zone.ts';

type RangeText = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timeZone: string;
};

/** The moments that a query means, and the zone that its dates are of. */
export function readRange({ from, to, timeZone }: RangeText) {
  return {
    from: from === undefined ? undefined : readMoment(from, timeZone),
    to: to === undefined ? undefined : readMoment(to, timeZone),
    timeZone,
  };
}
