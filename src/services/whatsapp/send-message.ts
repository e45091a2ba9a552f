import { ChannelError } from '../../channels/contract.ts';
import type { SentMessage } from '../../channels/session-contract.ts';
import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import type { Activity } from '../../storage/activity/activity-store.ts';
import type { SessionContext } from './context.ts';
import { getSession, toAppError } from './find-session.ts';

/**
 * Sends a text to a recipient from the session's account, without waiting for receipts. The text is not
 * stored.
 * @throws {AppError} `forbidden` for a session or region that the caller's key does not permit,
 * `session_not_found`, `session_not_connected`, `recipient_unreachable`, `provider_unavailable`
 * or `delivery_failed`.
 */
export async function sendMessage(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
  { recipient, text }: { readonly recipient: Recipient; readonly text: string },
): Promise<SentMessage> {
  const { phoneNumber, region } = recipient;
  assertPermitted(caller.restrictions, { sessionId, region });
  // A session that this node keeps needs no query, which each message would otherwise repeat.
  const isKept = ctx.keeper.isKept({ sessionId, accountId: caller.accountId });
  if (!isKept) await ctx.keeper.takeUp(await getSession(ctx, caller, sessionId));
  const line = { action: 'message_send', messageType: 'text', sessionId, phoneNumber } as const;
  const milliseconds = ctx.timeoutSeconds * 1000;
  const deadline = AbortSignal.timeout(milliseconds);
  try {
    const message = { recipient: phoneNumber, text, deadline, milliseconds };
    const sent = await ctx.keeper.sendText(sessionId, message);
    await audit(ctx, caller, { ...line, status: 'success', messageId: sent.messageId });
    return sent;
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    await audit(ctx, caller, { ...line, status: 'error', errorMessage: error.message });
    throw isDisconnected(ctx, sessionId, error)
      ? new AppError('session_not_connected', error.message, { cause: error })
      : toAppError(error);
  }
}

/** Whether a retry would not help, because the session itself needs attention. */
function isDisconnected(
  { keeper }: SessionContext,
  sessionId: string,
  { reason }: ChannelError,
): boolean {
  return reason === 'unavailable' && keeper.snapshot(sessionId)?.state !== 'open';
}

/** The outcome of the message is known by now, so a failed write is only logged. */
async function audit(
  { activity, logger }: SessionContext,
  caller: Caller,
  line: Omit<Activity, keyof Caller>,
): Promise<void> {
  await activity.audit(caller, line).catch((err: unknown) => {
    logger.error({ err, sessionId: line.sessionId }, 'activity row lost');
  });
}
