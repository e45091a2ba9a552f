import { DEFAULT_ACCOUNT_ID, type RequestOrigin } from '../../../domain/access/caller.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { UserWithPassword } from '../../../storage/access/user-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { LoginContext } from './context.ts';

type Attempt = {
  readonly password: string;
  /** Counted as failures before the comparison, and refunded if the password is right. */
  readonly hits: readonly RateLimitHit[];
  /** Finds the user; undefined if no user has the address. */
  readonly find: () => Promise<UserWithPassword | undefined>;
};

/** The outcome, and the user that the attempt was for, whether right or not. */
export type Compared = {
  readonly isRight: boolean;
  readonly knownUser: UserWithPassword | undefined;
};

/**
 * Counts an attempt, then compares the password. It always costs one hash, so that neither the response
 * nor its time reveals which users exist. For an inactive user no password is right.
 * @throws {AppError} `rate_limited` without comparing; `overloaded` without counting.
 */
export async function comparePassword(
  ctx: LoginContext,
  from: ClientInfo,
  { password, hits, find }: Attempt,
): Promise<Compared> {
  const { limiter, hasher } = ctx;
  const origin = anonymousOrigin(from);
  const consumed = await limiter.consume(origin, hits);
  if (!consumed.granted)
    throw refuse('rate_limited', 'Too many failed logins. Wait and try again.', consumed.refusal);
  try {
    const knownUser = await find();
    const matches = await hasher.matches(knownUser?.passwordHash, password);
    const isRight = matches && knownUser?.user.isActive === true;
    if (isRight) await forgiveFailures(ctx, origin, hits);
    return { isRight, knownUser };
  } catch (error) {
    await limiter.refund(origin, hits);
    throw error;
  }
}

/**
 * Clears the user's failures of the hour; refunds this attempt on the longer and the shared limits. An
 * error here is logged, and the login still succeeds.
 */
async function forgiveFailures(
  { limiter, limits, logger }: LoginContext,
  origin: RequestOrigin,
  hits: readonly RateLimitHit[],
): Promise<void> {
  const ended = hits.filter(({ limit }) => limit === limits.loginFailuresPerUserHour);
  const others = hits.filter(({ limit }) => limit !== limits.loginFailuresPerUserHour);
  await Promise.all([limiter.clear(origin, ended), limiter.refund(origin, others)]).catch(
    (err: unknown) =>
      logger.error({ err }, 'could not refund the failure counters after a correct password'),
  );
}

/** The origin before a user is known. Its limits are counted over all accounts. */
export function anonymousOrigin(from: ClientInfo): RequestOrigin {
  return { ...from, accountId: DEFAULT_ACCOUNT_ID };
}
