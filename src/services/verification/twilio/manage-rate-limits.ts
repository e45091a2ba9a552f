import type { Caller } from '../../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../../domain/access/key-restrictions.ts';
import { AppError } from '../../../domain/errors.ts';
import type {
  Creation,
  StoredBucket,
  StoredRateLimit,
} from '../../../storage/compat/rate-limit-store.ts';
import type { TwilioContext, VerifyService } from './context.ts';
import { audit } from './manage-services.ts';

export type { StoredBucket, StoredRateLimit };

/** What can prevent that one is created. */
export type NotCreated = Exclude<Creation, 'created'>;

/** How many rate limits a service can have, and how many buckets one of them. */
const MOST_RATE_LIMITS = 10;
const MOST_BUCKETS = 5;

type Span = Pick<StoredBucket, 'most' | 'intervalSeconds'>;

/** @throws {AppError} `forbidden` for a key that is restricted to a part of the account, as of every change. */
export async function createRateLimit(
  ctx: TwilioContext,
  caller: Caller,
  { accountId, sid: serviceSid }: VerifyService,
  draft: { readonly uniqueName: string; readonly description: string | undefined },
): Promise<StoredRateLimit | NotCreated> {
  assertSeesWholeAccount(caller.restrictions);
  const now = ctx.verification.now();
  const sid = ctx.drawSid('RK');
  const row = { ...draft, accountId, serviceSid, sid, createdAt: now, updatedAt: now };
  await audit(ctx, caller, serviceSid, `rate_limit_created ${sid}`);
  const outcome = await ctx.rateLimits.create(row, MOST_RATE_LIMITS);
  return outcome === 'created' ? getRateLimit(ctx, serviceSid, sid) : outcome;
}

/** Lists the rate limits of a service, sorted by name. */
export function listRateLimits({ rateLimits }: TwilioContext, { sid }: VerifyService) {
  return rateLimits.list(sid);
}

/** @throws {AppError} `not_found` */
export async function getRateLimit(
  { rateLimits }: TwilioContext,
  serviceSid: string,
  sid: string,
): Promise<StoredRateLimit> {
  const found = await rateLimits.find({ serviceSid, sid });
  if (found) return found;
  throw new AppError('not_found', 'The requested rate limit was not found');
}

/** @throws {AppError} `not_found`, and `forbidden` as above. */
export async function describeRateLimit(
  ctx: TwilioContext,
  caller: Caller,
  { serviceSid, sid }: StoredRateLimit,
  description: string,
): Promise<StoredRateLimit> {
  assertSeesWholeAccount(caller.restrictions);
  await audit(ctx, caller, serviceSid, `rate_limit_changed ${sid}`);
  await ctx.rateLimits.describe({ serviceSid, sid }, description, ctx.verification.now());
  return getRateLimit(ctx, serviceSid, sid);
}

/** Removes a rate limit with its buckets. */
export async function removeRateLimit(
  ctx: TwilioContext,
  caller: Caller,
  { serviceSid, sid }: StoredRateLimit,
): Promise<void> {
  assertSeesWholeAccount(caller.restrictions);
  await audit(ctx, caller, serviceSid, `rate_limit_deleted ${sid}`);
  await ctx.rateLimits.remove({ serviceSid, sid });
}

export async function createBucket(
  ctx: TwilioContext,
  caller: Caller,
  { accountId, serviceSid, sid: rateLimitSid }: StoredRateLimit,
  span: Span,
): Promise<StoredBucket | NotCreated> {
  assertSeesWholeAccount(caller.restrictions);
  const now = ctx.verification.now();
  const sid = ctx.drawSid('BL');
  const row = { ...span, accountId, rateLimitSid, sid, createdAt: now, updatedAt: now };
  await audit(ctx, caller, serviceSid, `bucket_created ${sid}`);
  const outcome = await ctx.rateLimits.createBucket(row, MOST_BUCKETS);
  return outcome === 'created' ? getBucket(ctx, rateLimitSid, sid) : outcome;
}

/** Lists the buckets of a rate limit, shortest interval first. */
export function listBuckets({ rateLimits }: TwilioContext, { sid }: StoredRateLimit) {
  return rateLimits.listBuckets(sid);
}

/** @throws {AppError} `not_found` */
export async function getBucket(
  { rateLimits }: TwilioContext,
  rateLimitSid: string,
  sid: string,
): Promise<StoredBucket> {
  const found = await rateLimits.findBucket({ rateLimitSid, sid });
  if (found) return found;
  throw new AppError('not_found', 'The requested bucket was not found');
}

/** Changes what a bucket allows. @throws {AppError} `not_found` */
export async function updateBucket(
  ctx: TwilioContext,
  caller: Caller,
  { serviceSid, sid: rateLimitSid }: StoredRateLimit,
  { sid, ...span }: Span & { readonly sid: string },
): Promise<StoredBucket | NotCreated> {
  assertSeesWholeAccount(caller.restrictions);
  await getBucket(ctx, rateLimitSid, sid);
  await audit(ctx, caller, serviceSid, `bucket_changed ${sid}`);
  const ref = { rateLimitSid, sid };
  const isChanged = await ctx.rateLimits.updateBucket(ref, span, ctx.verification.now());
  return isChanged ? getBucket(ctx, rateLimitSid, sid) : 'exists';
}

/** @throws {AppError} `not_found` */
export async function removeBucket(
  ctx: TwilioContext,
  caller: Caller,
  { serviceSid, sid: rateLimitSid }: StoredRateLimit,
  sid: string,
): Promise<void> {
  assertSeesWholeAccount(caller.restrictions);
  await getBucket(ctx, rateLimitSid, sid);
  await audit(ctx, caller, serviceSid, `bucket_deleted ${sid}`);
  await ctx.rateLimits.removeBucket({ rateLimitSid, sid });
}
