import type { EventData, NewEvent } from '../../../domain/webhooks/event.ts';
import { toEventId } from '../../../domain/webhooks/event-id.ts';
import type { EventType } from '../../../domain/webhooks/event-types.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type {
  ChangedDelivery,
  ChangedVerification,
} from '../../../storage/webhooks/event-store.ts';
import { nameMasked } from '../recipient-data.ts';

type Rows = {
  readonly verification: ChangedVerification;
  /** Oldest first. */
  readonly deliveries: readonly ChangedDelivery[];
  /** Whether its last attempt has been compared, and was wrong. */
  readonly isExhausted: boolean;
};

/** What happened to a verification, before its common fields are added. */
type Fact = {
  readonly type: EventType;
  readonly at: Date;
  readonly data: EventData;
  readonly sessionId?: string;
  /** Distinguishes events of one type: the delivery. */
  readonly of?: number;
};

/**
 * Derives the events of a verification from its rows, in the order in which they happened, as its timeline is. Nothing
 * that happened later removes an event, so those that are recorded need not be read.
 */
export function toVerificationEvents({
  verification,
  deliveries,
  isExhausted,
}: Rows): readonly NewEvent[] {
  const { accountId, verificationId, purpose, phoneNumber, region, method } = verification;
  const facts = [
    ...[toCreated(verification, deliveries)],
    ...deliveries.flatMap((delivery, index) => toDeliveryFacts(delivery, deliveries[index - 1])),
    ...toEnd(verification, isExhausted),
  ];
  // The sort is stable: facts of the same time stay in this order.
  facts.sort((a, b) => a.at.getTime() - b.at.getTime());
  const recipient = nameMasked(phoneNumber);
  const common = {
    ...{ verificationId, purpose, ...recipient },
    ...(region && { region }),
    ...(method === 'inbound' && { method }),
  };
  return facts.map(({ type, at, data, of = 0, sessionId = verification.sessionId }) => ({
    eventId: toEventId(verificationId, type, of),
    ...{ accountId, type, purpose, sessionId, subject: verificationId },
    data: { ...common, ...data },
    occurredAt: at,
  }));
}

function toCreated(
  { createdAt, expiresAt, channel }: ChangedVerification,
  [first]: readonly ChangedDelivery[],
): Fact {
  const data = { channel: first?.channel ?? channel ?? null, expiresAt: expiresAt.toISOString() };
  return { type: 'verification.created', at: createdAt, data };
}

/** The one event that ends a verification; none while it is live. */
function toEnd(verification: ChangedVerification, isExhausted: boolean): Fact[] {
  const { status, createdAt, updatedAt, expiresAt, verifiedAt, attempts } = verification;
  if (status === 'verified') {
    const at = verifiedAt ?? updatedAt;
    const secondsToVerify = Math.round((at.getTime() - createdAt.getTime()) / 1000);
    const data = { verifiedAt: at.toISOString(), attempts, secondsToVerify };
    return [{ type: 'verification.approved', at, data }];
  }
  const type = toEndType(verification, isExhausted);
  if (type === undefined) return [];
  const reason = status === 'failed' ? { reason: 'not_sent' } : {};
  // The row is changed a few seconds after the code has expired.
  const at = type === 'verification.expired' ? expiresAt : updatedAt;
  const data = { endedAt: at.toISOString(), attempts, ...reason };
  return [{ type, at, data }];
}

function toEndType(
  { status, attempts, maxAttempts, updatedAt, expiresAt }: ChangedVerification,
  isExhausted: boolean,
): EventType | undefined {
  const isOver = status === 'expired';
  if (attempts >= maxAttempts && (isOver || isExhausted)) {
    return 'verification.max_attempts_reached';
  }
  if (isOver) return updatedAt < expiresAt ? 'verification.canceled' : 'verification.expired';
  return status === 'failed' ? 'verification.canceled' : undefined;
}

function toDeliveryFacts(delivery: ChangedDelivery, before: ChangedDelivery | undefined): Fact[] {
  const { id, channel, sessionId, messageId = null, reason = null, createdAt } = delivery;
  const way = { channel, messageId, sessionId: sessionId ? toSessionName(sessionId) : null };
  const fact = (type: EventType, at: Date | undefined, data: EventData = way): Fact[] =>
    at ? [{ type, at, data, of: id, ...(sessionId && { sessionId }) }] : [];
  return [
    ...(before && delivery.step > before.step
      ? fact('delivery.fallback', createdAt, toFallback(delivery, before))
      : []),
    ...fact('delivery.accepted', delivery.acceptedAt),
    ...fact('delivery.failed', delivery.failedAt, { ...way, reason }),
    ...fact('delivery.delivered', delivery.deliveredAt),
    ...fact('delivery.read', delivery.readAt),
  ];
}

/** Which step took the place of which. */
function toFallback({ channel, createdAt }: ChangedDelivery, before: ChangedDelivery): EventData {
  const afterSeconds = Math.round((createdAt.getTime() - before.createdAt.getTime()) / 1000);
  // A step without a failure has not reached its goal in time.
  const reason = before.reason ?? 'timeout';
  return { from: before.channel, to: channel, reason, afterSeconds };
}
