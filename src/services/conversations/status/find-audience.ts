import type { Caller } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import { MOST_VIEWERS } from '../../../domain/conversations/status-post.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { toPhoneNumber, toWhatsAppId } from '../../../domain/whatsapp/whatsapp-number.ts';
import type { KnownContact } from '../../../storage/whatsapp/contact-store.ts';
import type { ConversationContext } from '../context.ts';

/** Who can see a post: these people, or those whom the session knows. Never everyone. */
export type Audience = readonly Recipient[] | 'known_contacts';

/**
 * Finds the WhatsApp IDs of an audience. Only people who know the session can be in it: a stranger gets an encrypted part
 * of the post, too, which WhatsApp may count as a message.
 * @throws {AppError} `validation_failed` for a number that does not know the session, or if no one does; `forbidden` for a
 * region that the caller's key does not permit.
 */
export async function findAudience(
  ctx: ConversationContext,
  { restrictions }: Caller,
  { sessionId, audience }: { readonly sessionId: string; readonly audience: Audience },
): Promise<readonly string[]> {
  if (audience !== 'known_contacts') {
    for (const { region } of audience) assertPermitted(restrictions, { sessionId, region });
    return findListed(ctx, sessionId, audience);
  }
  // Their regions are not known.
  if (restrictions.regions) throw invalidField('to', 'is required for this API key');
  const known = await ctx.contacts.listKnown(sessionId, { limit: MOST_VIEWERS });
  if (known.length > 0) return known.map(toId);
  throw invalidField('audience', 'must have someone, but the session knows no one yet');
}

async function findListed(
  ctx: ConversationContext,
  sessionId: string,
  audience: readonly Recipient[],
): Promise<readonly string[]> {
  const phoneNumbers = audience.map(({ phoneNumber }) => phoneNumber);
  const known = await ctx.contacts.listKnown(sessionId, { phoneNumbers, limit: 2 * MOST_VIEWERS });
  const ids = new Map(known.map((one) => [toPhoneNumber(one.phoneNumber.slice(1)), toId(one)]));
  const found = phoneNumbers.map((phoneNumber, index) => {
    const id = ids.get(phoneNumber);
    if (id === undefined)
      throw invalidField(`to[${index}]`, 'must be a number that the session knows');
    return id;
  });
  return [...new Set(found)];
}

function toId({ phoneNumber, whatsAppId }: KnownContact): string {
  return whatsAppId ?? toWhatsAppId(phoneNumber);
}
