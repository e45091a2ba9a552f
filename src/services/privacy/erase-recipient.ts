import { setTimeout as pause } from 'node:timers/promises';
import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { overloaded } from '../../domain/refusal.ts';
import type { RecipientKey } from '../../storage/privacy/recipient-store.ts';
import { countEvents } from '../operations/maintenance.ts';
import { eraseTestNumber } from '../verification/test-numbers.ts';
import type { RecipientContext } from './context.ts';

/** How many rows of each kind were erased. */
export type Erasure = {
  readonly verifications: number;
  readonly deliveries: number;
  readonly activities: number;
  readonly contacts: number;
  /** Of the conversations of sessions. */
  readonly messages: number;
  readonly testNumbers: number;
  /** Entries in the safe list of verify services. */
  readonly safeNumbers: number;
  readonly answers: number;
};

const NOTHING_ERASED: Erasure = {
  verifications: 0,
  deliveries: 0,
  activities: 0,
  contacts: 0,
  messages: 0,
  testNumbers: 0,
  safeNumbers: 0,
  answers: 0,
};

/** Repeated, because another node may be counting, and receipts may arrive in between. */
const ROUNDS = 50;
const ROUND_MS = 200;

const MESSAGES_AT_ONCE = 500;

/**
 * Erases all data about a recipient, including a live verification. Statistics stay correct: uncounted
 * rows are counted first. A repeated call erases nothing more.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of its account; `overloaded` when
 *   another node has not counted in time: try again.
 */
export async function eraseRecipient(
  ctx: RecipientContext,
  caller: Caller,
  phoneNumber: string,
): Promise<Erasure> {
  assertSeesWholeAccount(caller.restrictions);
  const { accountId } = caller;
  const key = { accountId, phoneNumber };
  const startedAt = ctx.now();
  // Buffered rows would otherwise be written after the erasure.
  await ctx.activity.flush();
  const hadTestNumber = await eraseTestNumber(ctx.testNumbers, { accountId }, phoneNumber);
  const wasSafe = await ctx.safeNumbers.remove(accountId, phoneNumber);
  let erased: Erasure = {
    ...NOTHING_ERASED,
    ...{ testNumbers: Number(hadTestNumber), safeNumbers: Number(wasSafe) },
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    erased = addUp(erased, await eraseOnce(ctx, key));
    if (!(await ctx.recipients.hasAny(key, startedAt))) {
      await recordErasure(ctx, caller, erased);
      return erased;
    }
    await pause(ROUND_MS);
  }
  throw overloaded(1);
}

async function eraseOnce(ctx: RecipientContext, key: RecipientKey): Promise<Erasure> {
  const { recipients, verifications, maintenance, now } = ctx;
  for (const id of await recipients.listLive(key)) await verifications.expire(id, now());
  await recipients.makeDue(key, now());
  await countEvents(maintenance);
  const { activities: named, ...ofVerifications } = await recipients.eraseVerifications(key);
  const relayed = await recipients.eraseRelays(key);
  const activities = named + relayed.activities + (await recipients.eraseActivities(key));
  const messages = await ctx.erase.erasePerson(key, MESSAGES_AT_ONCE);
  const contacts = await recipients.eraseContacts(key);
  await recipients.erasePages(key);
  ctx.forgetRecipient(key.phoneNumber);
  return {
    ...ofVerifications,
    deliveries: ofVerifications.deliveries + relayed.deliveries,
    activities,
    contacts,
    messages,
    ...{ testNumbers: 0, safeNumbers: 0 },
    answers: await recipients.eraseAnswers(key),
  };
}

/** Logs who erased how much, without the number. What there was none of is left out. */
function recordErasure(
  { activity }: RecipientContext,
  caller: Caller,
  erased: Erasure,
): Promise<void> {
  const counts = Object.entries(erased)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`);
  return activity.audit(caller, {
    action: 'recipient_erase',
    status: 'success',
    details: `${formatPrincipal(caller.principal)}: ${counts.join(', ') || 'nothing_stored'}`,
  });
}

function addUp(a: Erasure, b: Erasure): Erasure {
  return {
    verifications: a.verifications + b.verifications,
    deliveries: a.deliveries + b.deliveries,
    activities: a.activities + b.activities,
    contacts: a.contacts + b.contacts,
    messages: a.messages + b.messages,
    testNumbers: a.testNumbers + b.testNumbers,
    safeNumbers: a.safeNumbers + b.safeNumbers,
    answers: a.answers + b.answers,
  };
}
