import { toPhoneNumber } from '../../domain/whatsapp/whatsapp-number.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { createInboundGate } from './inbound/inbound-gate.ts';
import type { SessionRecords } from './interfaces.ts';
import type { ContactCache } from './sending/contact-cache.ts';

type Context = {
  readonly records: SessionRecords;
  readonly contacts: ContactCache;
  readonly now: Clock;
};

type Linked = {
  /** Undefined if no number is linked. */
  readonly phoneNumber: string | undefined;
  readonly inbound: ReturnType<typeof createInboundGate>;
};

/**
 * Stores whether a number is linked. The contacts of another number are forgotten, and all are read again:
 * another node may have kept this session, or one of the same name, in between.
 */
export async function noteLinked(
  { records, contacts, now }: Context,
  sessionId: string,
  { phoneNumber, inbound }: Linked,
): Promise<void> {
  contacts.forgetAll();
  const { userPhone, isLinked } = (await records.findById(sessionId)) ?? {};
  // Older versions stored the number as WhatsApp writes it.
  const before = userPhone && toPhoneNumber(userPhone.slice(1));
  const isAnother = phoneNumber !== undefined && phoneNumber !== before;
  if (isAnother && userPhone !== undefined) {
    await contacts.clear(sessionId);
    inbound.clear();
  }
  const isNowLinked = phoneNumber !== undefined;
  if (isNowLinked !== isLinked) await records.setLinked(sessionId, isNowLinked, now());
}
