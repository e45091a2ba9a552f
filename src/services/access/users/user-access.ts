import type { Caller } from '../../../domain/access/caller.ts';
import type { Access, Role } from '../../../domain/access/permissions.ts';
import type { StoredLogin } from '../../../storage/access/token-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { LoginContext } from './context.ts';
import { isOpen } from './refresh-login.ts';

/** What a person may do: everything in one account, or run the installation and act for none. */
export function accessOf(role: Role): Access {
  return role === 'ADMIN'
    ? { scopes: ['analytics:read'], isOperator: true }
    : { scopes: ['*'], isOperator: false };
}

/** The person behind a login as a caller, by the role that they have now. */
function toCaller({ familyId, user }: StoredLogin, from: ClientInfo): Caller {
  return {
    ...from,
    ...accessOf(user.role),
    accountId: user.accountId,
    principal: { kind: 'user', id: String(user.id), loginId: familyId },
    seesAllAccounts: user.role === 'ADMIN',
    mode: 'live',
    restrictions: {},
  };
}

/** The person whose access token this is; undefined for what is not one, or is not good any more. */
export async function identifyToken(
  { accessTokens, knownLogins, now }: LoginContext,
  token: string,
  from: ClientInfo,
): Promise<Caller | undefined> {
  const claims = await accessTokens.read(token);
  const found = claims && (await knownLogins.recall(claims.familyId));
  const isGood = found && isOpen(found, now()) && found.user.id === claims.userId;
  return isGood ? toCaller(found, from) : undefined;
}
