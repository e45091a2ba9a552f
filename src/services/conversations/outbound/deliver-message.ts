import { ChannelError } from '../../../channels/contract.ts';
import type { Caller } from '../../../domain/access/caller.ts';
import { readPersonKey } from '../../../domain/conversations/message.ts';
import type { OutgoingMessage } from '../../../domain/conversations/outgoing.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Activity } from '../../../storage/activity/activity-store.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import { toAppError } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';

export type Parcel = {
  readonly session: StoredSession;
  /** The key of the person who gets it, or `status`. */
  readonly chatKey: string;
  readonly message: OutgoingMessage;
  readonly messageId: string;
  /** How long it may take, if not as long as any message. */
  readonly seconds?: number;
};

/**
 * Passes a message to the session, through its queue and its limits, and logs it without its content.
 * @throws {ChannelError}
 */
export async function deliverMessage(
  ctx: ConversationContext,
  caller: Caller,
  { session, chatKey, message, messageId, ...parcel }: Parcel,
): Promise<void> {
  const { keeper, timeoutSeconds } = ctx.whatsapp;
  const { sessionId, accountId } = session;
  const { phoneNumber } = readPersonKey(chatKey);
  const messageType = message.content.type;
  const common = { action: 'message_send', messageType, sessionId, messageId } as const;
  const line = { ...common, ...(phoneNumber !== undefined && { phoneNumber }) };
  if (!keeper.isKept({ sessionId, accountId })) await keeper.takeUp(session);
  const milliseconds = (parcel.seconds ?? timeoutSeconds) * 1000;
  const deadline = AbortSignal.timeout(milliseconds);
  try {
    await keeper.send(sessionId, {
      recipient: chatKey,
      message,
      messageId,
      deadline,
      milliseconds,
    });
    await audit(ctx, caller, { ...line, status: 'success' });
  } catch (error) {
    const errorMessage = error instanceof ChannelError ? error.message : 'internal error';
    await audit(ctx, caller, { ...line, status: 'error', errorMessage });
    throw error;
  }
}

/** Converts the failure of a message for the caller. */
export function toSendError(
  ctx: Pick<ConversationContext, 'whatsapp'>,
  sessionId: string,
  error: unknown,
): unknown {
  if (!(error instanceof ChannelError)) return error;
  const isOpen = ctx.whatsapp.keeper.snapshot(sessionId)?.state === 'open';
  return error.reason === 'unavailable' && !isOpen
    ? new AppError('session_not_connected', error.message, { cause: error })
    : toAppError(error);
}

/** The outcome of the message is known by now, so a failed write is only logged. */
async function audit(
  { whatsapp: { activity }, logger }: ConversationContext,
  caller: Caller,
  line: Omit<Activity, keyof Caller>,
): Promise<void> {
  await activity.audit(caller, line).catch((err: unknown) => {
    logger.error({ err, sessionId: line.sessionId }, 'activity row lost');
  });
}
