import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { noSuchSession, usableStates } from '../../../domain/whatsapp/session.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { InboundContext } from './context.ts';

/** A session that receives messages, and its number (E.164). */
export type ReceivingSession = { readonly sessionId: string; readonly phoneNumber: string };

export type SessionWish = {
  readonly caller: Caller;
  /** The session that the caller named. */
  readonly sessionId: string | undefined;
  /** The account whose sessions receive the message. */
  readonly accountId: string;
};

/** How many sessions of an account are considered. */
const MOST_SESSIONS = 100;

const RETRY_SECONDS = 5;

/**
 * Chooses the session to which the person writes: the one that the caller named; or else the default one, or any, that is
 * connected, or will be in a moment, and is for codes. Whether WhatsApp restricts it to known contacts makes no difference.
 * @throws {AppError} `session_not_found`, `session_not_connected`, or `provider_unavailable` if none is connected.
 */
export async function chooseSession(
  ctx: InboundContext,
  wish: SessionWish,
): Promise<ReceivingSession> {
  const { sessionId, accountId } = wish;
  if (sessionId !== undefined && !(await ctx.sessions.find(accountId, sessionId))) {
    throw noSuchSession();
  }
  const sessionIds = sessionId === undefined ? wish.caller.restrictions.sessions : [sessionId];
  const receiving = await listReceiving(ctx, accountId, sessionIds);
  const [chosen] = receiving.filter(({ isForCodes }) => isForCodes || sessionId !== undefined);
  if (chosen) return chosen;
  if (sessionId !== undefined) {
    throw new AppError('session_not_connected', 'This session is not connected to WhatsApp');
  }
  throw new AppError(
    'provider_unavailable',
    'No WhatsApp number is connected that could receive the message. Link one, or try again.',
    { retryAfterSeconds: RETRY_SECONDS },
  );
}

/** The best one first. */
async function listReceiving(
  { sessions, keeper, verification: { policy, now } }: InboundContext,
  accountId: string,
  sessionIds: readonly string[] | undefined,
): Promise<readonly (ReceivingSession & { readonly isForCodes: boolean })[]> {
  const filter = { accountId, sessionIds, states: usableStates };
  const page = { limit: MOST_SESSIONS, after: undefined };
  const { items } = await sessions.list(filter, page, now());
  const found = items.flatMap(({ sessionId, isHosted, state: stored, userPhone, usedFor }) => {
    // The row may be a moment behind a session of this node.
    const { state = stored, phoneNumber = userPhone } = keeper.snapshot(sessionId) ?? {};
    if (!isHosted || phoneNumber === undefined) return [];
    const isDefault = toSessionName(sessionId) === policy.defaultSession;
    const rank = 2 * Number(state !== 'open') + Number(!isDefault);
    return [{ sessionId, phoneNumber, rank, isForCodes: usedFor !== 'conversations' }];
  });
  return found.sort((a, b) => a.rank - b.rank);
}
