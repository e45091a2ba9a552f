import {
  ASKED_TOO_OFTEN,
  type SessionActionName,
  type SessionActions,
} from '../../../domain/conversations/account/session-action.ts';
import { AppError } from '../../../domain/errors.ts';
import { unavailable } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { toSendError } from '../outbound/deliver-message.ts';

type Context = Pick<ConversationContext, 'whatsapp'>;
type Session = { readonly sessionId: string; readonly accountId: string };

/** How long WhatsApp is not asked after it has refused to answer so often. */
const BACK_OFF_SECONDS = 15 * 60;

/** WhatsApp's answers to a session that is no admin, or no member. */
const NOT_ALLOWED: readonly number[] = [401, 403];
/** There is no such group or link, or no longer. */
const NOT_FOUND: readonly number[] = [404, 410];

/**
 * Does something with the account of a session.
 * @throws {AppError} `session_not_connected` or `provider_unavailable` if WhatsApp does not answer; `delivery_failed` if the
 *   session may not do it, or WhatsApp refuses it for another reason; `not_found`.
 */
export async function perform<N extends SessionActionName>(
  ctx: Context,
  { sessionId, accountId }: Session,
  name: N,
  asks: SessionActions[N]['asks'],
): Promise<SessionActions[N]['replies']> {
  const { keeper } = ctx.whatsapp;
  if (!keeper.isKept({ sessionId, accountId })) await keeper.takeUp({ sessionId, accountId });
  const answer = await keeper.perform(sessionId, name, asks).catch((error: unknown) => {
    throw toSendError(ctx, sessionId, error);
  });
  if (answer.outcome === 'refused') throw toError(answer.errorCode);
  return answer.reply;
}

function toError(errorCode: number): AppError {
  if (errorCode === ASKED_TOO_OFTEN) {
    const message = 'WhatsApp refuses to answer so many questions about groups. Wait 15 minutes.';
    return new AppError('provider_unavailable', message, { retryAfterSeconds: BACK_OFF_SECONDS });
  }
  if (NOT_ALLOWED.includes(errorCode)) {
    const message =
      'WhatsApp refused it: the session is not a member of the group, or not an admin';
    return new AppError('delivery_failed', message);
  }
  if (NOT_FOUND.includes(errorCode)) {
    return new AppError('not_found', 'There is no such group, or its link is no longer valid');
  }
  if (errorCode >= 500) return unavailable(`WhatsApp could not do it (${errorCode}). Try again.`);
  return new AppError('delivery_failed', `WhatsApp refused it (${errorCode})`);
}
