import { integer, serial, string, time, unique, uniqueTogether } from '../../columns.ts';
import { table } from '../../table.ts';

const SPAN = 'verify_buckets_span';

/** How many verifications with one value a rate limit allows within an interval. */
export class VerifyBucket extends table('verify_buckets', {
  id: serial,
  accountId: string(36),
  rateLimitSid: uniqueTogether(string(34), SPAN),
  // BL and 32 hexadecimal digits.
  sid: unique(string(34)),
  most: integer,
  intervalSeconds: uniqueTogether(integer, SPAN),
  createdAt: time,
  updatedAt: time,
}) {}
