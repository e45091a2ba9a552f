import { toAccountId, toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { ContactBlockReason } from '../../../domain/whatsapp/session-reason.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { DeliveryStore } from '../../../storage/delivery/delivery-store.ts';
import type { VerificationStore } from '../../../storage/verification/verification-store.ts';
import type { SessionStore } from '../../../storage/whatsapp/session-store.ts';
import type { ChangeFeed } from '../change-feed.ts';
import { FIRST_LOOK_SECONDS } from './record-due-events.ts';

/** Makes a store tell the feed about the verifications that it changes. */
export function watchVerifications(
  store: VerificationStore,
  { isWatched, note }: Pick<ChangeFeed, 'isWatched' | 'note'>,
): VerificationStore {
  return {
    ...store,
    async open(created, now, opening) {
      const isTold = isWatched(created.accountId);
      const eventsDueAt = isTold ? addSeconds(now, FIRST_LOOK_SECONDS) : undefined;
      const isOpen = await store.open({ ...created, eventsDueAt }, now, opening);
      if (isOpen && isTold) note({ verificationId: created.verificationId, isNew: true });
      return isOpen;
    },
    async markVerified(id, now, settlement) {
      const isVerified = await store.markVerified(id, now, settlement);
      if (isVerified) note({ id });
      return isVerified;
    },
    async markFailed(verificationId, now, doubt) {
      await store.markFailed(verificationId, now, doubt);
      note({ verificationId });
    },
    async expireIfDue(id, now) {
      await store.expireIfDue(id, now);
      note({ id });
    },
    async expireDue(now, batch) {
      const expired = await store.expireDue(now, batch);
      for (const id of expired.ids) note({ id });
      return expired;
    },
    async expire(id, now) {
      const expired = await store.expire(id, now);
      note({ id });
      return expired;
    },
  };
}

/** Makes a store tell the feed about the verifications whose deliveries it changes. */
export function watchDeliveries(
  store: DeliveryStore,
  { note }: Pick<ChangeFeed, 'note'>,
): DeliveryStore {
  /** Tells the feed when a change has been made. */
  async function noteIf(changed: Promise<boolean>, change: Parameters<typeof note>[0]) {
    const isChanged = await changed;
    if (isChanged) note(change);
    return isChanged;
  }
  return {
    ...store,
    beginNext: (claimed, next, now, claim) =>
      noteIf(store.beginNext(claimed, next, now, claim), { verificationId: next.verificationId }),
    async markAccepted(delivery, acceptance, now) {
      const isLive = await store.markAccepted(delivery, acceptance, now);
      // By its verification, as it was opened: both are recorded by one reading of its row.
      note({ verificationId: delivery.verificationId });
      return isLive;
    },
    markFailed: (messageId, failure, now) =>
      noteIf(store.markFailed(messageId, failure, now), { messageId }),
    markFailedLate: (messageId, failure, now) =>
      noteIf(store.markFailedLate(messageId, failure, now), { messageId }),
    markDelivered: (messageId, sessionId, now) =>
      noteIf(store.markDelivered(messageId, sessionId, now), { messageId }),
    markRead: (messageId, sessionId, now) =>
      noteIf(store.markRead(messageId, sessionId, now), { messageId }),
  };
}

/** Makes a store tell the feed that WhatsApp restricts a session to its known contacts. */
export function watchSessions(
  store: SessionStore,
  { isWatched, noteOccurrence }: Pick<ChangeFeed, 'isWatched' | 'noteOccurrence'>,
): SessionStore {
  function noteBlock(sessionId: string, until: Date, reason: ContactBlockReason): void {
    const accountId = toAccountId(sessionId);
    if (!isWatched(accountId)) return;
    const name = toSessionName(sessionId);
    const data = { sessionId: name, reason, contactsBlockedUntil: until.toISOString() };
    const type = 'session.restricted';
    noteOccurrence({ accountId, type, subject: sessionId, sessionId, data });
  }
  return {
    ...store,
    async blockContacts(sessionId, until, by, now) {
      await store.blockContacts(sessionId, until, by, now);
      noteBlock(sessionId, until, by);
    },
    async setContactsBlock(sessionId, block, now) {
      await store.setContactsBlock(sessionId, block, now);
      if (block) noteBlock(sessionId, block.until, block.by);
    },
  };
}
