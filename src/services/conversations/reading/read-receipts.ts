import type { Caller } from '../../../domain/access/caller.ts';
import type { StoredReceipt } from '../../../storage/conversations/receipt-store.ts';
import type { ConversationContext } from '../context.ts';
import { getMessage } from '../outbound/find-chat.ts';

/**
 * Lists what the members of a group did with a message of the session.
 * @throws {AppError} `session_not_found`, `forbidden`, or `not_found` for a message that is not stored.
 */
export async function listReceipts(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  place: { readonly messageId: string; readonly chatKey?: string | undefined },
): Promise<readonly StoredReceipt[]> {
  const { message } = await getMessage(ctx, caller, sessionId, place);
  if (!message.fromMe) return [];
  return ctx.receipts.list(sessionId, message.chatKey, message.messageId);
}
