import { z } from '@hono/zod-openapi';
import { isTimeZone } from '../../../lib/time/time-zone.ts';
import { fault } from './one-of.ts';

/** The years that all databases support, in any time zone. */
const EARLIEST = Date.UTC(1970, 0, 2);
const LATEST = Date.UTC(9998, 11, 31);

/** Whether a text is a time in one of these years. */
export function isOfKnownYear(text: string): boolean {
  const time = new Date(text).getTime();
  return time >= EARLIEST && time < LATEST;
}

const YEARS = fault('invalid_format', 'must be in a year from 1970 to 9998');

/** A time. `abort` skips the check of the year if it is not one. */
export const Moment = z.iso
  .datetime({ offset: true, abort: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
  .refine(isOfKnownYear, YEARS);

/** A time, or a date, which means midnight in the time zone of the query. */
const LocalMoment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z',
  })
  .refine(isOfKnownYear, YEARS);

/** The query parameters of a period. */
export const rangeFields = {
  from: LocalMoment.optional().openapi({
    description:
      'The beginning of the period: a time, or a date, which means midnight in `timeZone`',
    example: '2026-01-31',
  }),
  to: LocalMoment.optional().openapi({
    description: 'The end of the period, not included: a time or a date; now, if left out',
    example: '2026-02-01',
  }),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, fault('invalid_value', 'must be a time zone such as Asia/Jakarta or UTC'))
    .default('UTC')
    .openapi({ description: 'A time zone of the IANA database', example: 'Asia/Jakarta' }),
};
