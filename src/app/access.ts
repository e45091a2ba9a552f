import { createKeyService } from '../services/access/api-keys/api-key-service.ts';
import { createWrongKeys } from '../services/access/api-keys/wrong-keys.ts';
import { createIdentityService } from '../services/access/identity-service.ts';
import { createLoginService } from '../services/access/users/login-service.ts';
import { createPasswordHasher } from '../services/access/users/password-hasher.ts';
import { createUserService } from '../services/access/users/user-service.ts';
import type { Infrastructure } from './infrastructure.ts';

/** Keys, people, and how either is known again. */
export async function buildAccess(infrastructure: Infrastructure) {
  const { config, platform, stores, engine, passwordHashing, secretKeys, bootstrapKey } =
    infrastructure;
  const { limiter, limits, activity } = infrastructure;
  const { logger, now } = platform;
  const hasher = await createPasswordHasher({ engine, hashing: passwordHashing });
  const keys = createKeyService({ keys: stores.apiKeys, activity, logger, now });
  const logins = createLoginService({
    ...{ users: stores.users, tokens: stores.tokens, loginNetworks: stores.loginNetworks },
    ...{ hasher, limiter, limits, activity },
    ...{ keys: secretKeys, lives: config.auth, logger, now },
  });
  const users = createUserService({
    ...{ users: stores.users, hasher, activity, onChange: logins.forgetPeople, now },
  });
  const identity = createIdentityService({
    bootstrapKey,
    identifyKey: keys.identify,
    identifyToken: logins.identify,
    noteWrongKey: createWrongKeys({
      ...{ most: config.limits.wrongKeysPerIpMinute, activity, metrics: infrastructure.metrics },
    }),
  });
  return { keys, logins, users, identity };
}
