import { createTtlCache } from '../lib/concurrency/ttl-cache.ts';
import { createKeyService } from '../services/access/api-keys/api-key-service.ts';
import { createWrongKeys } from '../services/access/api-keys/wrong-keys.ts';
import { createIdentityService } from '../services/access/identity-service.ts';
import { createAccessTokens } from '../services/access/users/access-token.ts';
import type { LoginContext } from '../services/access/users/context.ts';
import { createLoginLimits } from '../services/access/users/login-limits.ts';
import { createPasswordHasher } from '../services/access/users/password-hasher.ts';
import { createRefreshTokens } from '../services/access/users/refresh-token.ts';
import { identifyToken } from '../services/access/users/user-access.ts';
import { createUserService } from '../services/access/users/user-service.ts';
import type { Infrastructure } from './infrastructure.ts';

/** For so long a node may not know that another one ended a login. */
const REMEMBERED_MS = 5000;

/** Keys, people, and how either is known again. */
export async function buildAccess(infrastructure: Infrastructure) {
  const { config, platform, stores, bootstrapKey, activity, metrics } = infrastructure;
  const { logger, now } = platform;
  const keys = createKeyService({ keys: stores.apiKeys, activity, logger, now });
  const logins = await buildLogins(infrastructure);
  const users = createUserService({
    users: stores.users,
    hasher: logins.hasher,
    activity,
    onChange: logins.knownLogins.forgetAll,
    now,
  });
  const identity = createIdentityService({
    bootstrapKey,
    identifyKey: keys.identify,
    identifyToken: (token, from) => identifyToken(logins, token, from),
    noteWrongKey: createWrongKeys({
      most: config.limits.wrongKeysPerIpMinute,
      activity,
      metrics,
    }),
  });
  return { keys, logins, users, identity };
}

async function buildLogins(infrastructure: Infrastructure): Promise<LoginContext> {
  const { config, platform, stores, engine, passwordHashing, secretKeys } = infrastructure;
  const { limiter, limits, activity } = infrastructure;
  const { logger, now } = platform;
  const { loginNetworks, tokens, users } = stores;
  const { accessSeconds, refreshSeconds } = config.auth;
  return {
    users,
    tokens,
    hasher: await createPasswordHasher({ engine, hashing: passwordHashing }),
    limiter,
    limits,
    activity,
    accessTokens: createAccessTokens({ ...secretKeys, lifeSeconds: accessSeconds, now }),
    refreshTokens: createRefreshTokens(secretKeys),
    refreshSeconds,
    loginLimits: createLoginLimits({ limits, loginNetworks, secretKey: secretKeys.current, now }),
    knownLogins: createTtlCache(tokens.find, { keepMs: REMEMBERED_MS }),
    logger,
    now,
  };
}
