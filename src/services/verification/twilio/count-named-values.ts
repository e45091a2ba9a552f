import { createHash } from 'node:crypto';
import type { Caller } from '../../../domain/access/caller.ts';
import { invalidField, refuse } from '../../../domain/refusal.ts';
import type { TwilioContext, VerifyService } from './context.ts';

/** The name that the limits of all buckets have in metrics and logs. */
const BUCKET = 'verify-bucket';

/**
 * Counts a verification on the buckets of the rate limits that the caller names, each with its value: on all of them, or
 * on none. A value is only kept as a digest.
 * @throws {AppError} `validation_failed` for a name that the service does not have; `rate_limited`.
 */
export async function countNamedValues(
  { rateLimits, verification }: TwilioContext,
  caller: Caller,
  service: VerifyService,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const given = new Map(Object.entries(values));
  if (given.size === 0) return;
  const known = (await rateLimits.list(service.sid)).map(({ uniqueName }) => uniqueName);
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalidField('RateLimits', `${unknown} is no rate limit of this service`, 'invalid');
  }
  const buckets = await rateLimits.listBucketsOf(service.sid);
  const hits = buckets.flatMap(({ sid, uniqueName, most, intervalSeconds }) => {
    const value = given.get(uniqueName);
    if (value === undefined) return [];
    const limit = { name: BUCKET, max: most, windowSeconds: intervalSeconds, burst: most };
    return [{ limit, subject: `${sid}|${digest(value)}` }];
  });
  const counted = await verification.limiter.consume(caller, hits);
  if (!counted.granted) {
    throw refuse('rate_limited', 'A rate limit of the service is exceeded', counted.refusal);
  }
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
