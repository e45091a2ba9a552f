import { nullable, serial, string, time, unique, uniqueTogether } from '../../columns.ts';
import { table } from '../../table.ts';

const NAME = 'verify_rate_limits_name';

/** A limit of a verify service, for values that its callers name. Its buckets say how much it allows. */
export class VerifyRateLimit extends table('verify_rate_limits', {
  id: serial,
  accountId: string(36),
  serviceSid: uniqueTogether(string(34), NAME),
  // RK and 32 hexadecimal digits.
  sid: unique(string(34)),
  uniqueName: uniqueTogether(string(64), NAME),
  description: nullable(string(255)),
  createdAt: time,
  updatedAt: time,
}) {}
