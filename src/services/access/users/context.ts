import type { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { StoredLogin, TokenStore } from '../../../storage/access/token-store.ts';
import type { UserStore } from '../../../storage/access/user-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import type { LimiterService } from '../../limits/limiter-service.ts';
import type { Limits } from '../../limits/limits.ts';
import type { LoginLimits } from './login-limits.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { AccessTokens } from './tokens/access-token.ts';
import type { RefreshTokens } from './tokens/refresh-token.ts';

/** What logging users in and out needs. Built once, by the composition root. */
export type LoginContext = {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly hasher: PasswordHasher;
  readonly limiter: LimiterService;
  readonly limits: Limits;
  readonly activity: ActivityService;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly refreshSeconds: number;
  /** The limits that a login attempt counts on. */
  readonly loginLimits: LoginLimits;
  /** A cache of logins by family. Another node may have ended one a few seconds ago. */
  readonly knownLogins: KnownLogins;
  readonly logger: Logger;
  readonly now: Clock;
};

type KnownLogins = ReturnType<typeof createTtlCache<StoredLogin>>;
