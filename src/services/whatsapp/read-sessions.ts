import type { Caller } from '../../domain/access/caller.ts';
import type { Page, PageAfter } from '../../domain/page.ts';
import { isLinkable, sessionStates } from '../../domain/whatsapp/session.ts';
import type { SessionContext } from './context.ts';
import { getVisibleSession, visibleTo } from './find-session.ts';
import { describeListed, describeSession, type SessionDetails } from './session-details.ts';

const IN_USE = sessionStates.filter((state) => !isLinkable(state));

/** How many sessions are read at once. */
const PAGE = 500;

/** A page of sessions, and how many there are on all pages. */
export type SessionPage = Page<SessionDetails> & { readonly total: number };

/** A part of a list of sessions. Callers who see all accounts can name one. */
type AskedSessions = PageAfter & { readonly accountId?: string | undefined };

/** Lists the sessions of the caller's account, oldest first; for an operator, of all accounts or of one. */
export async function listSessions(
  ctx: SessionContext,
  caller: Caller,
  { accountId, ...page }: AskedSessions,
): Promise<SessionPage> {
  const { sessions } = ctx;
  const visible = { ...visibleTo(caller), ...(caller.seesAllAccounts && { accountId }) };
  const [{ items, next }, total] = await Promise.all([
    sessions.list(visible, page, ctx.now()),
    sessions.count(visible),
  ]);
  return { items: items.map((row) => describeListed(ctx, row)), next, total };
}

/** Whether one of the caller's sessions is linked, is being linked, or was linked and needs an operator. */
export async function isAnySessionInUse(ctx: SessionContext, caller: Caller): Promise<boolean> {
  let after: number | undefined;
  do {
    const filter = { ...visibleTo(caller), states: IN_USE };
    const { items, next } = await ctx.sessions.list(filter, { limit: PAGE, after }, ctx.now());
    // A stored state may be out of date, unlike that of a session on this node.
    if (items.some((row) => !isLinkable(describeListed(ctx, row).state))) return true;
    after = next;
  } while (after !== undefined);
  return false;
}

/**
 * Reads one of the sessions that `listSessions` returns.
 * @throws {AppError} `session_not_found`, or `forbidden` for one that the caller's key does not permit.
 */
export async function readSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<SessionDetails> {
  return describeSession(ctx, await getVisibleSession(ctx, caller, sessionId));
}
