import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { listTestNumbers } from '../verification/test-numbers.ts';
import type { RecipientContext } from './context.ts';

/** The maximum number of rows of each kind. */
const MAX_ROWS = 10_000;

/**
 * Reads all stored data about one recipient, in the caller's account only.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of its account.
 */
export async function readRecipient(ctx: RecipientContext, caller: Caller, phoneNumber: string) {
  const { logs, recipients } = ctx;
  assertSeesWholeAccount(caller.restrictions);
  const { accountId } = caller;
  const key = { accountId, phoneNumber };
  const page = { limit: MAX_ROWS, before: undefined };
  const [asked, relayed, logged, known, allTestNumbers, safeNumber] = await Promise.all([
    logs.listVerifications(key, page),
    ctx.relays.listOfRecipient(key, MAX_ROWS),
    logs.listActivities(key, page),
    recipients.listContacts(key),
    listTestNumbers(ctx.testNumbers, caller),
    ctx.safeNumbers.find(accountId, phoneNumber),
  ]);
  const relayIds = relayed.map(({ relayId }) => relayId);
  const handles = [...asked.items.map(({ verificationId }) => verificationId), ...relayIds];
  const attempts = await logs.listDeliveries(handles);
  const nameless = await recipients.listNamelessActivities(accountId, handles, MAX_ROWS);
  const activities = [...logged.items, ...nameless];
  return {
    verifications: asked.items,
    relayed,
    deliveries: attempts.slice(0, MAX_ROWS),
    activities: activities.slice(0, MAX_ROWS),
    contacts: known,
    isSafe: safeNumber !== undefined,
    testNumber: allTestNumbers.find((one) => one.phoneNumber === phoneNumber),
    isComplete:
      asked.next === undefined &&
      logged.next === undefined &&
      Math.max(attempts.length, activities.length, relayed.length + 1) <= MAX_ROWS,
  };
}
