import { ChannelError } from '../../../channels/contract.ts';
import { toPersonKey, toPersonKeys } from '../../../domain/conversations/message.ts';
import type { SessionSettings } from '../../../domain/conversations/session-settings.ts';
import type {
  SessionMessage,
  WhatsAppPerson,
} from '../../../domain/conversations/whatsapp-message.ts';
import { AppError } from '../../../domain/errors.ts';
import { findRegion } from '../../../domain/phone-number/phone-number.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import type { ConversationContext } from '../context.ts';
import { sendToChatKey } from '../outbound/send-to-chat.ts';
import { writeAutoReply } from './auto-reply-texts.ts';
import { wantsReply } from './wants-reply.ts';

/**
 * Answers a message to a session whose `autoReply` is on. A person gets one answer in 24 hours, also if several messages
 * arrive at once. A message within a minute of one of ours gets none: it may be the answer of another program.
 */
export async function replyAutomatically(
  ctx: ConversationContext,
  { sessionId, accountId, message }: SessionMessage,
): Promise<void> {
  if (!wantsReply(message, ctx.now()) || message.chat.kind !== 'person') return;
  const settings = await ctx.knownSettings.recall(sessionId);
  if (!settings?.autoReply) return;
  const { person } = message.chat;
  const { keeper, limiter, limits } = ctx.whatsapp;
  if (keeper.hasJustWrittenTo(sessionId, toPersonKeys(person))) return;
  const session = await ctx.whatsapp.sessions.find(accountId, sessionId);
  const text = session && writeText(session, { settings, person });
  if (!session || text === undefined) return;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  // By number and by hidden ID, because a later message may only name one of them.
  const hits = toPersonKeys(person).map((key) => ({
    limit: limits.autoRepliesPerPersonDay,
    subject: `${sessionId} ${key}`,
  }));
  // Read first, because what `consume` refuses is logged.
  if (await limiter.isUsedUp(origin, hits)) return;
  if (!(await limiter.consume(origin, hits)).granted) return;
  await send(ctx, { session, person, text }).catch(async (error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    ctx.logger.warn({ err: error, sessionId }, 'could not send an automatic reply');
    const { cause } = error;
    const mayHaveArrived = cause instanceof ChannelError && cause.mayHaveArrived;
    if (!mayHaveArrived) await limiter.refund(origin, hits);
  });
}

/** Undefined without an own text for a session whose messages may be read. */
function writeText(
  { userPhone }: StoredSession,
  { settings, person }: { readonly settings: SessionSettings; readonly person: WhatsAppPerson },
): string | undefined {
  const { autoReply, use } = settings;
  if (autoReply?.text !== undefined) return autoReply.text;
  const number = person.phoneNumber ?? userPhone;
  if (use !== 'passcodes') return undefined;
  return writeAutoReply(number === undefined ? '' : findRegion(number));
}

type Reply = {
  readonly session: StoredSession;
  readonly person: WhatsAppPerson;
  readonly text: string;
};

async function send(ctx: ConversationContext, { session, person, text }: Reply): Promise<void> {
  const chatKey = toPersonKey(person);
  if (chatKey === undefined) return;
  const { accountId } = session;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  const draft = { content: { type: 'text', text }, isAutoReply: true } as const;
  await sendToChatKey(ctx, origin, { session, chatKey, draft });
}
