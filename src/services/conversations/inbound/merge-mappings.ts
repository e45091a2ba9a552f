import type { LidMapping } from '../../../domain/conversations/whatsapp-message.ts';
import type { AddressedEvent, SeenLid } from '../../../storage/conversations/ingest-store.ts';
import { toContactEvent } from '../account/account-events.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState } from '../inbox.ts';

/** Stores the numbers of LIDs, and makes one chat of the two that a person may have. */
export async function mergeMappings(
  ctx: IngestContext,
  state: InboxState,
  mappings: readonly LidMapping[],
): Promise<void> {
  const added = state.lids.findNew(mappings);
  if (added.length === 0) return;
  await mergePeople(ctx, state, added);
  const events = await findLidEvents(ctx, state, added);
  await ctx.lids.save(state.session, added, events, ctx.now());
  if (events.length > 0) ctx.onRecorded();
  state.lids.noteStored(added);
  await mergeSplitChats(ctx, state);
}

/**
 * Makes one person of each LID whose number becomes known. It comes before the number is stored, so that it is repeated if
 * the database fails in between.
 */
export async function mergePeople(
  { people }: Pick<IngestContext, 'people'>,
  { session }: Pick<InboxState, 'session'>,
  lids: readonly SeenLid[],
): Promise<void> {
  const mappings = lids.flatMap(({ lid, phoneNumber }) =>
    phoneNumber === undefined ? [] : [{ lid, phoneNumber }],
  );
  if (mappings.length > 0) await people.merge(session, mappings);
}

/** The events of people who were known by a LID only, and whose number becomes known. */
export async function findLidEvents(
  { isWatched, address, now, lids: store }: IngestContext,
  { session }: Pick<InboxState, 'session'>,
  lids: readonly SeenLid[],
): Promise<AddressedEvent[]> {
  const named = lids.filter(({ phoneNumber }) => phoneNumber !== undefined);
  if (named.length === 0 || !isWatched(session.accountId)) return [];
  const ids = named.map(({ lid }) => lid);
  const unknown = await store.findUnknown(session.sessionId, ids);
  return named
    .filter(({ lid }) => unknown.has(lid))
    .map(({ lid, phoneNumber = '' }) =>
      address(toContactEvent(session, { phoneNumber, change: 'lid', causeId: lid }, now())),
    );
}

/** Merges every chat of a LID whose number is known. */
export async function mergeSplitChats(
  { lids, now }: Pick<IngestContext, 'lids' | 'now'>,
  { session }: Pick<InboxState, 'session'>,
): Promise<void> {
  for (const mapping of await lids.listSplit(session.sessionId)) {
    await lids.merge(session, mapping, now());
  }
}
