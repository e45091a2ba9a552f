import type { Caller } from '../../domain/access/caller.ts';
import type { StoredDrop } from '../../storage/analytics/conversion-drop-store.ts';
import type { ConversionWatchContext } from './context.ts';
import { accountToRead } from './read-funnel.ts';

export type Drop = StoredDrop;

/**
 * Lists the channels and regions of which fewer codes are verified than usual, of the account of the caller; of all, if
 * the caller sees them and names none.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of its account.
 */
export function readDrops(
  { drops }: Pick<ConversionWatchContext, 'drops'>,
  caller: Caller,
  accountId: string | undefined,
): Promise<readonly Drop[]> {
  return drops.listActive(accountToRead(caller, accountId));
}
