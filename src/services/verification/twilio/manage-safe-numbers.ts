import type { Caller } from '../../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../../domain/access/key-restrictions.ts';
import { AppError } from '../../../domain/errors.ts';
import type { StoredSafeNumber } from '../../../storage/compat/safe-number-store.ts';
import type { TwilioContext } from './context.ts';
import { audit } from './manage-services.ts';

export type { StoredSafeNumber };

/**
 * Declares a number safe. If it is already, nothing changes.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of the account. The same applies below.
 */
export async function addSafeNumber(
  ctx: TwilioContext,
  caller: Caller,
  phoneNumber: string,
): Promise<StoredSafeNumber> {
  assertSeesWholeAccount(caller.restrictions);
  const { accountId } = caller;
  const sid = ctx.drawSid('GN');
  await audit(ctx, caller, sid, 'safe_number_added');
  const createdAt = ctx.verification.now();
  return ctx.safeNumbers.add({ accountId, phoneNumber, sid, createdAt });
}

/** @throws {AppError} `not_found` */
export async function getSafeNumber(
  { safeNumbers }: TwilioContext,
  { accountId, restrictions }: Caller,
  phoneNumber: string,
): Promise<StoredSafeNumber> {
  assertSeesWholeAccount(restrictions);
  const found = await safeNumbers.find(accountId, phoneNumber);
  if (found) return found;
  throw notSafe();
}

/** @throws {AppError} `not_found` */
export async function removeSafeNumber(
  ctx: TwilioContext,
  caller: Caller,
  phoneNumber: string,
): Promise<void> {
  const { sid } = await getSafeNumber(ctx, caller, phoneNumber);
  await audit(ctx, caller, sid, 'safe_number_removed');
  if (!(await ctx.safeNumbers.remove(caller.accountId, phoneNumber))) throw notSafe();
}

function notSafe(): AppError {
  return new AppError('not_found', 'The requested number is not on the safe list');
}
