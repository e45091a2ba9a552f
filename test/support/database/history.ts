import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createActivityStore } from '../../../src/storage/activity/activity-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createDeliveryStore } from '../../../src/storage/delivery/delivery-store.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { newVerification } from './new-verification.ts';

/** What became of one code, in seconds after it was asked for. */
export type Code = {
  readonly at: Date;
  readonly accountId?: string;
  readonly sessionId?: string;
  readonly region?: string;
  readonly channel?: string;
  /** No channel took it. */
  readonly isFailed?: boolean;
  readonly delivered?: number;
  readonly read?: number;
  readonly verified?: number;
  readonly expired?: number;
};

const USUAL = { accountId: 'default', sessionId: 'main', region: 'ID', channel: 'whatsapp' };

/** Writes history as the services would have, with the stores that they use. */
export function createHistory(database: Database) {
  const verifications = createVerificationStore(database);
  const deliveries = createDeliveryStore(database);
  const activities = createActivityStore(database);
  let messages = 0;

  /** One code, from the request to its end. */
  async function addVerification(code: Code): Promise<string> {
    const { at, accountId, sessionId, region, channel } = { ...USUAL, ...code };
    const verification = newVerification(at, { accountId, sessionId, region });
    const { verificationId } = verification;
    await verifications.open(verification, at);
    messages += 1;
    const messageId = `message-${messages}`;
    await database.models.Delivery.insertRow({
      ...{ accountId, verificationId, channel, sessionId, messageId },
      ...{ createdAt: at, updatedAt: at },
    });
    const answered = addSeconds(at, 1);
    if (code.isFailed) {
      const failure = { reason: 'unavailable', details: '' } as const;
      await deliveries.markFailed(messageId, failure, answered);
      await verifications.markFailed(verificationId, answered);
      return verificationId;
    }
    await deliveries.markAccepted({ verificationId, channel, messageId }, { sessionId }, answered);
    await addEnd({ ...USUAL, ...code }, { verificationId, messageId });
    return verificationId;
  }

  async function addEnd(
    { at, accountId, sessionId, delivered, read, verified, expired }: Code & typeof USUAL,
    { verificationId, messageId }: { readonly verificationId: string; readonly messageId: string },
  ): Promise<void> {
    const later = (seconds: number) => addSeconds(at, seconds);
    const id = (await verifications.find({ accountId, verificationId }))?.id ?? 0;
    if (delivered !== undefined) {
      await deliveries.markDelivered(messageId, sessionId, later(delivered));
    }
    if (read !== undefined) await deliveries.markRead(messageId, sessionId, later(read));
    if (verified !== undefined) await verifications.markVerified(id, later(verified));
    if (expired !== undefined) await verifications.expire(id, later(expired));
  }

  /** One text that a session sent, or could not send. */
  function addMessage(at: Date, status: 'success' | 'error', sessionId = 'main'): Promise<void> {
    const line = { accountId: 'default', action: 'message_send', sessionId, status } as const;
    return activities.record(line, at);
  }

  function addLimitHit(at: Date): Promise<void> {
    const line = { accountId: 'default', action: 'limit_hit', status: 'error' } as const;
    return activities.record(line, at);
  }

  return { verifications, deliveries, activities, addVerification, addMessage, addLimitHit };
}
