import type { MiddlewareHandler } from 'hono';
import type { IdentityService } from '../../services/access/identity-service.ts';
import type { ActivityService } from '../../services/activity/activity-service.ts';
import { createReadClientAddress } from '../client-address.ts';
import type { HttpEnv } from '../http-env.ts';
import { createReadBrowser, createReadCaller } from '../middleware/authenticate.ts';
import { authorize } from '../middleware/authorize.ts';

export type CredentialParts = {
  readonly identity: IdentityService;
  readonly activity: Pick<ActivityService, 'noteForbidden'>;
  readonly trustedProxies: readonly string[];
};

/** Requires an API key or an access token, and permits what the access table says. */
export function requireAccess(parts: CredentialParts): MiddlewareHandler<HttpEnv> {
  const { identity, activity, trustedProxies } = parts;
  const callers = { identity, readClientAddress: createReadClientAddress(trustedProxies) };
  return authorize({
    readCaller: createReadCaller(callers),
    readBrowser: createReadBrowser(callers),
    onRefusal: activity.noteForbidden,
  });
}
