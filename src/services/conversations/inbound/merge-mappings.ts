import type { LidMapping } from '../../../domain/conversations/whatsapp-message.ts';
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
  await ctx.lids.save(state.session, added, ctx.now());
  state.lids.noteStored(added);
  await mergeSplitChats(ctx, state);
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
