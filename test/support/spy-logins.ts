import { createBoundedQueue } from '../../src/lib/concurrency/bounded-queue.ts';
import { createTtlCache } from '../../src/lib/concurrency/ttl-cache.ts';
import { loadArgon2Engine } from '../../src/lib/crypto/argon2-engine.ts';
import { createSecretKey } from '../../src/lib/crypto/secrets.ts';
import { createLogger } from '../../src/lib/logger.ts';
import type { LoginContext } from '../../src/services/access/users/context.ts';
import { createLoginLimits } from '../../src/services/access/users/login-limits.ts';
import { createPasswordHasher } from '../../src/services/access/users/password-hasher.ts';
import { createAccessTokens } from '../../src/services/access/users/tokens/access-token.ts';
import { createRefreshTokens } from '../../src/services/access/users/tokens/refresh-token.ts';
import { createLimiterService } from '../../src/services/limits/limiter-service.ts';
import { createLimits } from '../../src/services/limits/limits.ts';
import { createMetrics } from '../../src/services/operations/metrics-service.ts';
import { createAccountStore } from '../../src/storage/access/account-store.ts';
import { createLoginNetworkStore } from '../../src/storage/access/login-network-store.ts';
import { createTokenStore } from '../../src/storage/access/token-store.ts';
import { createUserStore } from '../../src/storage/access/user-store.ts';
import { createCounterStore } from '../../src/storage/limits/counter-store.ts';
import { type Harness, SECRET_KEY } from './http/harness.ts';

/**
 * A second login context over the harness's database, as another node would have it, whose hash
 * engine notes every digest that a password is compared with.
 */
export async function createCountedLogins(
  h: Harness,
  { concurrency = 4, queueLimit = 1000 }: { concurrency?: number; queueLimit?: number } = {},
) {
  const { config, database, now, activity } = h;
  const compared: string[] = [];
  const engine = await loadArgon2Engine();
  const hashing = createBoundedQueue({ concurrency, queueLimit });
  const metrics = createMetrics({ hashing });
  const hasher = createPasswordHasher({
    engine: {
      ...engine,
      verify(digest, text, secret) {
        compared.push(digest);
        return engine.verify(digest, text, secret);
      },
    },
    hashing,
  });
  const limits = createLimits(config);
  const tokens = createTokenStore(database);
  const keys = { current: createSecretKey(SECRET_KEY), previous: undefined };
  const logins: LoginContext = {
    users: createUserStore(database),
    tokens,
    limiter: createLimiterService({
      ...{ accounts: createAccountStore(database), counters: createCounterStore(database) },
      ...{ onRefusal: activity.noteLimitHit, metrics, now },
    }),
    limits,
    accessTokens: createAccessTokens({ ...keys, lifeSeconds: config.auth.accessSeconds, now }),
    refreshTokens: createRefreshTokens(keys),
    refreshSeconds: config.auth.refreshSeconds,
    loginLimits: createLoginLimits({
      ...{ limits, loginNetworks: createLoginNetworkStore(database) },
      ...{ secretKey: keys.current, now },
    }),
    knownLogins: createTtlCache(tokens.find, { keepMs: 5000 }),
    logger: createLogger('silent'),
    ...{ hasher, activity, now },
  };
  /** Every digest that a password was compared with, a decoy included. */
  return { logins, compared };
}
