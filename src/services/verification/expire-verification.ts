import type { Caller } from '../../domain/access/caller.ts';
import type { VerificationContext } from './context.ts';
import { type CheckTarget, findVerification, pickMeant } from './find-verification.ts';
import { logExpired } from './verification-log.ts';

/**
 * Ends a live verification at the caller's request; returns how many there were (0 or 1).
 * @throws {AppError} `forbidden` if the caller's key does not permit the target.
 */
export async function expireVerification(
  ctx: VerificationContext,
  caller: Caller,
  target: CheckTarget,
): Promise<number> {
  const found = pickMeant(await findVerification(ctx, caller, target), target);
  const count = found ? await ctx.verifications.expire(found.id, ctx.now()) : 0;
  logExpired(ctx, { caller, target, found }, count);
  return count;
}
