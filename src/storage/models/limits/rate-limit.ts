import { bigint, primaryKey, string } from '../../columns.ts';
import { table } from '../../table.ts';

/** The counter of one subject of one limit. */
export class RateLimit extends table('rate_limits', {
  limitKey: primaryKey(string(350)),
  // When the counter is empty again, in milliseconds since 1970.
  resetsAt: bigint,
}) {}
