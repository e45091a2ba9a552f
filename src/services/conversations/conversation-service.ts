import type { StoreLevel } from '../../domain/conversations/session-settings.ts';
import type { EraseStore } from '../../storage/conversations/erase-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';

type Context = { readonly erase: EraseStore };

/** How many messages one statement erases. */
const BATCH = 500;

/** How long a request erases. The nightly job erases what is left. */
const LONGEST_MS = 20_000;

const SESSIONS_AT_ONCE = 500;

/** Erases what a session has stored beyond a level, in batches. */
export async function eraseAbove(
  { erase }: Context,
  sessionId: string,
  level: StoreLevel,
): Promise<void> {
  if (level === 'content') return;
  const eraseSome = level === 'none' ? erase.eraseSession : erase.eraseContents;
  const until = performance.now() + LONGEST_MS;
  let erased = BATCH;
  while (erased > 0 && performance.now() < until) erased = await eraseSome(sessionId, BATCH);
}

/** Erases the conversations of a session that is deleted. The deletion itself removes what is left. */
export function eraseConversations(ctx: Context, sessionId: string): Promise<void> {
  return eraseAbove(ctx, sessionId, 'none');
}

/** Erases what any session still has beyond its level, because a request did not come to its end. */
export async function eraseLeftovers(
  ctx: Context & { readonly sessions: Pick<SessionStore, 'list'> },
  now: Date,
): Promise<void> {
  let after: number | undefined;
  do {
    const page = { limit: SESSIONS_AT_ONCE, after };
    const { items, next } = await ctx.sessions.list({ accountId: undefined }, page, now);
    for (const { sessionId, storeLevel } of items) await eraseAbove(ctx, sessionId, storeLevel);
    after = next;
  } while (after !== undefined);
}
