import { createTtlCache } from '../../lib/concurrency/ttl-cache.ts';
import { createKeyIdentification } from '../../services/access/api-keys/identify-key.ts';
import type { KeyContext } from '../../services/access/api-keys/manage-keys.ts';
import { createWrongKeys } from '../../services/access/api-keys/wrong-keys.ts';
import { createIdentityService } from '../../services/access/identity-service.ts';
import type { AccountListContext } from '../../services/access/list-accounts.ts';
import type { LoginContext } from '../../services/access/users/context.ts';
import { createLoginLimits } from '../../services/access/users/login-limits.ts';
import type { UserContext } from '../../services/access/users/manage-users.ts';
import { createPasswordHasher } from '../../services/access/users/password-hasher.ts';
import { createAccessTokens } from '../../services/access/users/tokens/access-token.ts';
import { createRefreshTokens } from '../../services/access/users/tokens/refresh-token.ts';
import { identifyToken } from '../../services/access/users/user-access.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** How long a node caches a login. A logout on another node takes effect within this time. */
const LOGIN_CACHE_MS = 5000;

/** API keys, users, logins, and the identification of callers. */
export function buildAccess(infrastructure: Infrastructure) {
  const { config, platform, stores, bootstrapKey, activity, metrics } = infrastructure;
  const { logger, now } = platform;
  const keyIdentification = createKeyIdentification({
    keys: stores.apiKeys,
    activity,
    logger,
    now,
  });
  const { forget } = keyIdentification;
  const keys: KeyContext = { keys: stores.apiKeys, forget, activity, now };
  const logins = buildLogins(infrastructure);
  const users: UserContext = {
    users: stores.users,
    hasher: logins.hasher,
    activity,
    onChange: logins.knownLogins.forgetAll,
    now,
  };
  const identity = createIdentityService({
    bootstrapKey,
    identifyKey: keyIdentification.identify,
    identifyToken: (token, from) => identifyToken(logins, token, from),
    noteWrongKey: createWrongKeys({
      most: config.limits.wrongKeysPerIpMinute,
      activity,
      metrics,
    }),
  });
  const accountList: AccountListContext = { accounts: stores.accounts };
  return { keys, keyIdentification, logins, users, accountList, identity };
}

function buildLogins(infrastructure: Infrastructure): LoginContext {
  const { config, platform, stores, engine, passwordHashing, secretKeys } = infrastructure;
  const { limiter, limits, activity } = infrastructure;
  const { logger, now } = platform;
  const { loginNetworks, tokens, users } = stores;
  const { accessSeconds, refreshSeconds } = config.auth;
  return {
    users,
    tokens,
    hasher: createPasswordHasher({ engine, hashing: passwordHashing }),
    limiter,
    limits,
    activity,
    accessTokens: createAccessTokens({ ...secretKeys, lifeSeconds: accessSeconds, now }),
    refreshTokens: createRefreshTokens(secretKeys),
    refreshSeconds,
    loginLimits: createLoginLimits({ limits, loginNetworks, secretKey: secretKeys.current, now }),
    knownLogins: createTtlCache(tokens.find, { keepMs: LOGIN_CACHE_MS }),
    logger,
    now,
  };
}
