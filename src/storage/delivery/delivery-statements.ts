import type { DeliveryGoal } from '../../domain/delivery/workflow.ts';
import { Delivery } from '../models/delivery/delivery.ts';
import { insertNamed, named, type Step } from '../statement.ts';
import { LIVE } from '../verification/live-verification.ts';

/** The columns that have a value when the first delivery of a verification begins. The others are NULL or have their default. */
const firstColumns = [
  ...(['accountId', 'verificationId', 'channel', 'sessionId', 'messageId', 'until'] as const),
  ...(['createdAt', 'updatedAt'] as const),
];

/** The INSERT of the first delivery, from named parameters, to be continued by a WHERE. */
export const INSERT_FIRST = insertNamed('deliveries', firstColumns);

export type NewDelivery = {
  readonly accountId: string;
  readonly verificationId: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly messageId: string;
  /** The position in the workflow; 0 by default. */
  readonly step?: number;
  /** What its step waits for; undefined if nothing. */
  readonly until?: DeliveryGoal;
};

/** The node that makes a delivery, and how long no other node continues it. */
export type Claim = { readonly nodeId: string; readonly until: Date };

/** Stores a delivery that has not been attempted yet. */
export function beginDelivery(delivery: NewDelivery, now: Date): Step {
  const { accountId, verificationId, channel, sessionId, messageId, step = 0, until } = delivery;
  return Delivery.insertion({
    ...{ accountId, verificationId, channel, sessionId, messageId, step, until },
    createdAt: now,
    updatedAt: now,
  });
}

const claimedColumns = [
  ...firstColumns,
  ...(['step', 'dueAt', 'claimedBy', 'claimedUntil'] as const),
];

/**
 * Stores a claimed delivery, unless the verification has ended. If the node dies, another one continues after the claim.
 */
export const BEGIN_CLAIMED = named<(typeof claimedColumns)[number] | 'ofVerification'>(
  `${insertNamed('deliveries', claimedColumns)}
   FROM (SELECT 1 AS "one") AS "always"
   WHERE EXISTS (SELECT 1 FROM "otp_logs" WHERE "verificationId" = :ofVerification
     AND ${LIVE} AND "sealedMessage" IS NOT NULL)`,
);

/** The same of a relayed message, whose ID is in `verificationId`, unless what is needed to send it is erased. */
export const BEGIN_RELAYED = named<
  (typeof claimedColumns)[number] | 'kind' | 'ofVerification' | 'at'
>(
  `${insertNamed('deliveries', [...claimedColumns, 'kind'])}
   FROM (SELECT 1 AS "one") AS "always"
   WHERE EXISTS (SELECT 1 FROM "relayed_messages" WHERE "relayId" = :ofVerification
     AND "sealedMessage" IS NOT NULL AND "eraseAt" > :at)`,
);

/** The values of `BEGIN_CLAIMED`, and, with its kind, of `BEGIN_RELAYED`. */
export function toClaimedRow(delivery: NewDelivery, now: Date, claim: Claim) {
  const { step = 0, until = null, ...row } = delivery;
  return {
    ...row,
    // PostgreSQL deduces one type for a parameter, and a column and a comparison have different ones.
    ofVerification: row.verificationId,
    ...{ step, until, dueAt: claim.until, claimedBy: claim.nodeId, claimedUntil: claim.until },
    ...{ createdAt: now, updatedAt: now },
  };
}

/** The condition that a report of success is what the workflow still waits for. */
const IS_WAITING = `("status" = 'sending' OR ("status" = 'delivered' AND "until" = 'read'))`;

/**
 * Stores that the channel accepted the message, and when the next step starts. An earlier receipt is kept with its
 * time.
 */
export const MARK_ACCEPTED = named<
  'messageId' | 'sessionId' | 'providerMessageId' | 'details' | 'dueAt' | 'now'
>(
  // MySQL assigns from left to right, so "status" must come last.
  `UPDATE "deliveries" SET "sessionId" = COALESCE(:sessionId, "sessionId"),
     "providerMessageId" = COALESCE(:providerMessageId, "providerMessageId"),
     "details" = COALESCE(:details, "details"),
     "acceptedAt" = COALESCE("deliveredAt", :now),
     "dueAt" = CASE WHEN ${IS_WAITING} THEN :dueAt ELSE "dueAt" END,
     "claimedBy" = NULL, "claimedUntil" = NULL,
     "updatedAt" = CASE WHEN "status" IN ('sending', 'unknown') THEN :now ELSE "updatedAt" END,
     "status" = CASE WHEN "status" IN ('sending', 'unknown') THEN 'accepted' ELSE "status" END
   WHERE "messageId" = :messageId AND "status" IN ('sending', 'unknown', 'delivered', 'read')`,
);
