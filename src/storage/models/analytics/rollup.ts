import { activityCounters, verificationCounters } from '../../../domain/analytics/funnel-stats.ts';
import type { RollupRef } from '../../../domain/analytics/rollup.ts';
import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import { type Column, integer, serial, string, time, unique, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** The time ranges of the two histograms; there are HISTOGRAM_BUCKETS of them. */
export const buckets = [
  ...(['00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11'] as const),
  ...(['12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23'] as const),
] as const;

/** The counting columns, by the log from which they are counted. */
export const countColumns = {
  otp_logs: [
    ...verificationCounters,
    ...buckets.map((bucket) => `deliveredIn${bucket}` as const),
    ...buckets.map((bucket) => `verifiedIn${bucket}` as const),
  ],
  activity_logs: activityCounters,
} as const;

function counts<N extends string>(names: readonly N[]): Record<N, Column<number, true>> {
  const columns = names.map((name) => [name, withDefault(integer, 0)]);
  return Object.fromEntries(columns) as Record<N, Column<number, true>>;
}

/** The counts of one part of an account in one quarter of an hour, or over all time. */
export class Rollup extends table('rollups', {
  id: serial,
  rollupKey: unique(string(64)),
  level: string<RollupRef['level']>(10),
  span: string<RollupRef['span']>(10),
  startsAt: time,
  accountId: string(36),
  channel: string(LONGEST_CHANNEL_NAME),
  sessionId: string(128),
  region: string(2),
  ...counts(verificationCounters),
  ...counts(activityCounters),
  ...counts(buckets.map((bucket) => `deliveredIn${bucket}` as const)),
  ...counts(buckets.map((bucket) => `verifiedIn${bucket}` as const)),
  createdAt: time,
  updatedAt: time,
}) {}
