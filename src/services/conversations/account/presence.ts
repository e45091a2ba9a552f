import type { Caller } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { perform } from '../groups/perform.ts';

/**
 * Shows all people whether the session is there. While it is, its phone may get no notifications.
 * @throws {AppError} `session_not_found`, `forbidden`; `session_not_connected`, `provider_unavailable`.
 */
export async function setPresence(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  isAvailable: boolean,
): Promise<void> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  await perform(ctx, session, 'set_presence', { isAvailable });
}

/**
 * Finds the URL of the picture of a number. Undefined if there is none, or the person hides it from the session.
 * @throws {AppError} as `setPresence`.
 */
export async function findPicture(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { phoneNumber, region }: Recipient,
): Promise<string | undefined> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  assertPermitted(caller.restrictions, { region });
  return (await perform(ctx, session, 'find_picture', { person: phoneNumber })) ?? undefined;
}
