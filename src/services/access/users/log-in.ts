import { AppError } from '../../../domain/errors.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { UserWithPassword } from '../../../storage/access/user-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import { anonymousOrigin, type Compared, comparePassword } from './compare-password.ts';
import type { LoginContext } from './context.ts';
import { issueTokens, type TokenPair } from './refresh-login.ts';
import { accessOf } from './user-access.ts';

const FAMILY_BYTES = 24;

/**
 * Logs a user in. An unknown address, a wrong password and an inactive user get the same response, in the
 * same time.
 * @throws {AppError} `unauthorized`, `rate_limited`, `overloaded`.
 */
export async function logIn(
  ctx: LoginContext,
  from: ClientInfo,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<TokenPair> {
  const compared = await comparePassword(ctx, from, {
    password,
    hits: await ctx.loginLimits.ofLogin(email, from.ipAddress),
    find: () => ctx.users.findByEmail(email),
  });
  const opened = await openLogin(ctx, from, compared);
  if (opened) return opened;
  await auditFailure(ctx, from, compared);
  throw new AppError('unauthorized', 'The email address or password is incorrect');
}

/** Opens a login; undefined if the password is wrong, or the user was changed in the meantime. */
async function openLogin(
  ctx: LoginContext,
  from: ClientInfo,
  { isRight, knownUser }: Compared,
): Promise<TokenPair | undefined> {
  if (!isRight || !knownUser) return undefined;
  const { tokens } = ctx;
  const { user } = knownUser;
  const at = ctx.now();
  const familyId = randomId(FAMILY_BYTES);
  const expiresAt = addSeconds(at, ctx.refreshSeconds);
  const scope = accessOf(user.role).scopes.join(' ');
  const networkHash = ctx.loginLimits.hashNetwork(user.email, from.ipAddress);
  const login = { ...from, familyId, scope, expiresAt, networkHash };
  if (!(await tokens.open(knownUser, login, at))) return undefined;
  await ctx.activity
    .audit(
      { ...from, accountId: user.accountId },
      { action: 'auth_login', status: 'success', details: `user:${user.id}` },
    )
    .catch(async (error: unknown) => {
      await Promise.allSettled([tokens.revoke(familyId, at)]);
      throw error;
    });
  return issueTokens(ctx, { familyId, generation: 0, refreshedAt: at, expiresAt, user });
}

/** Logs known users by id only. An unknown "address" may be a mistyped password, so it is not logged. */
function auditFailure(
  { activity }: LoginContext,
  from: ClientInfo,
  { knownUser }: Compared,
): Promise<void> {
  const origin = knownUser
    ? { ...from, accountId: knownUser.user.accountId }
    : anonymousOrigin(from);
  const details = knownUser ? nameOf(knownUser) : 'unknown_address';
  return activity.audit(origin, { action: 'auth_login', status: 'error', details });
}

/** Ends the login of a refresh token. An invalid token is ignored. */
export async function logOut(
  { tokens, refreshTokens, knownLogins, activity, now }: LoginContext,
  from: ClientInfo,
  token: string,
): Promise<void> {
  const shown = refreshTokens.read(token);
  const found = shown && (await tokens.find(shown.familyId));
  if (!found || found.isRevoked) return;
  const { familyId, user } = found;
  await activity.audit(
    { ...from, accountId: user.accountId },
    { action: 'auth_logout', status: 'success', details: `user:${user.id}` },
  );
  await tokens.revoke(familyId, now());
  knownLogins.forget(familyId);
}

/** The name of a user in the activity log. */
export function nameOf({ user }: UserWithPassword): string {
  return `user:${user.id}${user.isActive ? '' : ': inactive'}`;
}
