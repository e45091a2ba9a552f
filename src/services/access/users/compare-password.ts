import { DEFAULT_ACCOUNT_ID, type RequestOrigin } from '../../../domain/access/caller.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { UserWithPassword } from '../../../storage/access/user-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { LoginContext } from './context.ts';

type Attempt = {
  readonly password: string;
  /** Counted as failures, until the password turns out right. */
  readonly hits: readonly RateLimitHit[];
  /** Whose password it should be; undefined when nobody has the address. */
  readonly find: () => Promise<UserWithPassword | undefined>;
};

/** `person`: whom the attempt was about, right or not. */
export type Compared = {
  readonly isRight: boolean;
  readonly person: UserWithPassword | undefined;
};

/**
 * Compares a password after it was counted, at the cost of one hash, whoever it is, so that neither
 * the answer nor its time tells who has one. An inactive person has none that is right.
 * @throws {AppError} `rate_limited` without comparing; `overloaded` without counting.
 */
export async function comparePassword(
  ctx: LoginContext,
  from: ClientInfo,
  { password, hits, find }: Attempt,
): Promise<Compared> {
  const { limiter, hasher } = ctx;
  const origin = ofNobody(from);
  const consumed = await limiter.consume(origin, hits);
  if (!consumed.granted)
    throw refuse('rate_limited', 'Too many failed logins; wait and try again', consumed.refusal);
  try {
    const person = await find();
    const matches = await hasher.matches(person?.passwordHash, password);
    const isRight = matches && person?.user.isActive === true;
    if (isRight) await forgiveFailures(ctx, origin, hits);
    return { isRight, person };
  } catch (error) {
    await limiter.refund(origin, hits);
    throw error;
  }
}

/**
 * The hour's failures of the person are over; what is counted longer, or for others too, gets this one
 * back. A fault here may cost a count, never the answer.
 */
async function forgiveFailures(
  { limiter, limits, logger }: LoginContext,
  origin: RequestOrigin,
  hits: readonly RateLimitHit[],
): Promise<void> {
  const ended = hits.filter(({ limit }) => limit === limits.loginFailuresPerUserHour);
  const others = hits.filter(({ limit }) => limit !== limits.loginFailuresPerUserHour);
  await Promise.all([limiter.clear(origin, ended), limiter.refund(origin, others)]).catch(
    (err: unknown) => logger.error({ err }, 'a right password stays counted as a failure'),
  );
}

/** Before somebody is known there is no account: these limits are counted over all of them. */
export function ofNobody(from: ClientInfo): RequestOrigin {
  return { ...from, accountId: DEFAULT_ACCOUNT_ID };
}
