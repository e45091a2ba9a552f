import { DEFAULT_ACCOUNT_ID, type RequestOrigin } from '../../../domain/access/caller.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { UserWithPassword } from '../../../storage/access/user-store.ts';
import type { LimiterService } from '../../limits/limiter-service.ts';
import type { Limits } from '../../limits/limits.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { PasswordHasher } from './password-hasher.ts';

type Dependencies = {
  readonly hasher: PasswordHasher;
  readonly limiter: LimiterService;
  readonly limits: Limits;
  readonly logger: Logger;
};

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

/** Compares passwords so that neither answers nor their time tell who has one, and guessing ends. */
export function createComparing(dependencies: Dependencies) {
  const { hasher, limiter, limits, logger } = dependencies;

  /**
   * Compares a password after it was counted, at the cost of one hash, whoever it is. An inactive
   * person has none that is right.
   * @throws {AppError} `rate_limited` without comparing; `overloaded` without counting.
   */
  async function compare(from: ClientInfo, { password, hits, find }: Attempt): Promise<Compared> {
    const origin = ofNobody(from);
    const claimed = await limiter.consume(origin, hits);
    if (!claimed.granted)
      throw refuse('rate_limited', 'Too many failed logins; wait and try again', claimed.refusal);
    try {
      const person = await find();
      const matches = await hasher.matches(person?.passwordHash, password);
      const isRight = matches && person?.user.isActive === true;
      if (isRight) await forgive(origin, hits);
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
  async function forgive(origin: RequestOrigin, hits: readonly RateLimitHit[]): Promise<void> {
    const ended = hits.filter(({ limit }) => limit === limits.loginFailuresPerUserHour);
    const others = hits.filter(({ limit }) => limit !== limits.loginFailuresPerUserHour);
    await Promise.all([limiter.clear(origin, ended), limiter.refund(origin, others)]).catch(
      (err: unknown) => logger.error({ err }, 'a right password stays counted as a failure'),
    );
  }

  return { compare };
}

/** Before somebody is known there is no account: these limits are counted over all of them. */
export function ofNobody(from: ClientInfo): RequestOrigin {
  return { ...from, accountId: DEFAULT_ACCOUNT_ID };
}
