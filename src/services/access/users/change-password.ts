import type { Caller } from '../../../domain/access/caller.ts';
import { normalisePassword } from '../../../domain/access/password.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { comparePassword } from './compare-password.ts';
import type { LoginContext } from './context.ts';
import { nameOf } from './log-in.ts';
import { assertGoodPassword } from './password-policy.ts';

/**
 * Changes the password of the calling user, and ends their other logins. A password that someone else has set is then
 * replaced, and the user may do everything again.
 * @throws {AppError} `forbidden` for a key; `validation_failed`, `rate_limited`, `overloaded`.
 */
export async function changePassword(
  ctx: LoginContext,
  caller: Caller,
  { currentPassword, newPassword }: Readonly<Record<'currentPassword' | 'newPassword', string>>,
): Promise<void> {
  const { users } = ctx;
  const { kind, id, loginId = '' } = caller.principal;
  if (kind !== 'user')
    throw new AppError('forbidden', 'API keys have no password; sign in as a user');
  const found = await users.findWithPassword(Number(id));
  if (!found) throw new AppError('unauthorized', 'This user no longer exists');
  const { user } = found;
  assertGoodPassword(newPassword, user.email, 'newPassword');
  if (normalisePassword(newPassword) === normalisePassword(currentPassword)) throw unchanged();
  const { isRight } = await comparePassword(ctx, caller, {
    password: currentPassword,
    hits: await ctx.loginLimits.ofPassword(user.email, caller.ipAddress),
    find: async () => found,
  });
  if (!isRight) throw notCurrent();
  const passwordHash = await ctx.hasher.hash(newPassword);
  const details = `${nameOf(found)} (own_password)`;
  await ctx.activity.audit(caller, { action: 'user_update', status: 'success', details });
  const next = { passwordHash, keptLogin: loginId };
  if (!(await users.replacePassword(found, next, ctx.now()))) throw notCurrent();
  ctx.knownLogins.forgetAll();
}

function notCurrent(): AppError {
  return invalidField('currentPassword', 'is not your current password', 'wrong_password');
}

function unchanged(): AppError {
  return invalidField('newPassword', 'must differ from your current password', 'unchanged');
}
