import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { ListedLogin } from '../../../storage/access/token-store.ts';
import type { LoginContext } from './context.ts';

/** A login of the calling user, and whether the caller uses it. */
export type OwnLogin = ListedLogin & { readonly isCurrent: boolean };

/**
 * Lists where the calling user is logged in, latest first, at most 100.
 * @throws {AppError} `forbidden` for a key.
 */
export async function listLogins(ctx: LoginContext, caller: Caller): Promise<OwnLogin[]> {
  const { userId, loginId } = getUserOf(caller);
  const logins = await ctx.tokens.listOpen(userId, ctx.now());
  return logins.map((login) => ({ ...login, isCurrent: login.familyId === loginId }));
}

/**
 * Ends a login of the calling user. Its access tokens become invalid: at once on this node, within 5 seconds on others.
 * @throws {AppError} `forbidden` for a key; `not_found` if the user has no such login, or it has ended.
 */
export async function endLogin(ctx: LoginContext, caller: Caller, id: number): Promise<void> {
  const { userId } = getUserOf(caller);
  const logins = await ctx.tokens.listOpen(userId, ctx.now());
  const login = logins.find((one) => one.id === id);
  if (!login) throw noSuchLogin();
  await ctx.activity.audit(caller, {
    action: 'auth_logout',
    status: 'success',
    details: `user:${userId}`,
  });
  const isFirst = await ctx.tokens.revoke(login.familyId, ctx.now());
  ctx.knownLogins.forget(login.familyId);
  if (!isFirst) throw noSuchLogin();
}

function getUserOf({ principal: { kind, id, loginId } }: Caller) {
  if (kind === 'user') return { userId: Number(id), loginId };
  throw new AppError('forbidden', 'API keys have no logins; sign in as a user');
}

function noSuchLogin(): AppError {
  return new AppError('not_found', 'You have no login with this ID');
}
