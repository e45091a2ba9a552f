import type { Caller } from '../../../domain/access/caller.ts';
import type { Access, Role } from '../../../domain/access/permissions.ts';
import type { StoredLogin } from '../../../storage/access/token-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { LoginContext } from './context.ts';
import { isOpen } from './refresh-login.ts';

/** What a user may do: everything in one account, or, for operators, run the installation. */
export function accessOf(role: Role): Access {
  return role === 'ADMIN'
    ? { scopes: ['analytics:read'], isOperator: true }
    : { scopes: ['*'], isOperator: false };
}

/** The user of a login as a caller, with the user's current role. */
function toCaller({ familyId, user }: StoredLogin, from: ClientInfo): Caller {
  return {
    ...from,
    ...accessOf(user.role),
    accountId: user.accountId,
    principal: { kind: 'user', id: String(user.id), loginId: familyId },
    mustChangePassword: user.mustChangePassword,
    seesAllAccounts: user.role === 'ADMIN',
    mode: 'live',
    restrictions: {},
  };
}

/** Identifies a user by an access token; undefined if it is not a valid one. */
export async function identifyToken(
  { accessTokens, knownLogins, now }: LoginContext,
  token: string,
  from: ClientInfo,
): Promise<Caller | undefined> {
  const claims = await accessTokens.read(token);
  const found = claims && (await recallLogin(knownLogins, claims.familyId));
  const isValid = found && isOpen(found, now()) && found.user.id === claims.userId;
  return isValid ? toCaller(found, from) : undefined;
}

/**
 * Finds a login in the cache. A user who must change the password is read again each time: another node may have
 * changed it a moment ago, and would otherwise be contradicted for some seconds.
 */
async function recallLogin(
  knownLogins: LoginContext['knownLogins'],
  familyId: string,
): Promise<StoredLogin | undefined> {
  const known = await knownLogins.recall(familyId);
  if (!known?.user.mustChangePassword) return known;
  knownLogins.forget(familyId);
  return knownLogins.recall(familyId);
}
