import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import { named, type Step } from '../statement.ts';
import { countAfter, markEvents } from '../verification/event-flags.ts';

/** How a receipt changes a delivery and its verification. */
type Change = {
  readonly sets: string;
  /** The states that it may follow. */
  readonly from: string;
  /** The condition that it is the goal of the message, so that no other step starts. */
  readonly stopsIf: string;
  readonly verificationSets: string;
};

const CHANGES = {
  delivered: {
    sets: `"dueAt" = CASE WHEN "until" = 'read' THEN "dueAt" END, "deliveredAt" = :now,
      "status" = 'delivered'`,
    from: `'sending', 'accepted', 'failed', 'unknown'`,
    stopsIf: `("until" IS NULL OR "until" <> 'read')`,
    verificationSets: `"deliveredAt" = COALESCE("deliveredAt", :now), ${markEvents(eventBits.delivered)}`,
  },
  read: {
    sets: `"status" = 'read', "readAt" = :now, "deliveredAt" = COALESCE("deliveredAt", :now),
      "dueAt" = NULL`,
    from: `'sending', 'accepted', 'failed', 'unknown', 'delivered'`,
    stopsIf: 'TRUE',
    verificationSets: `"readAt" = COALESCE("readAt", :now), "deliveredAt" = COALESCE("deliveredAt", :now),
      ${markEvents(eventBits.delivered + eventBits.read)}`,
  },
} as const satisfies Readonly<Record<string, Change>>;

const RECEIPTS = {
  delivered: toStatements(CHANGES.delivered),
  read: toStatements(CHANGES.read),
};

type Receipt = {
  readonly messageId: string;
  /** Undefined for a channel without sessions. */
  readonly sessionId: string | undefined;
  readonly now: Date;
};

/**
 * Records a receipt. If the message seemed to have failed, the reason is kept for the timeline. Until the
 * channel has reported the session of the message, a receipt of any session is accepted and sets the
 * session. The receipt is also stored in the verification, unless its send failed. The steps after another message of
 * the same verification do not start either. What is needed to send a relayed message again is erased with them.
 */
export function toReceipt(
  status: keyof typeof RECEIPTS,
  { messageId, sessionId, now }: Receipt,
): readonly Step[] {
  const { ofSession, ofChannel, verification, others, relayed } = RECEIPTS[status];
  const delivery =
    sessionId === undefined
      ? ofChannel.with({ messageId, now })
      : ofSession.with({ messageId, sessionId, now });
  return [
    { ...delivery, expectedRows: 1 },
    verification.with({ messageId, now, countAfter: countAfter(now) }),
    others.with({ messageId, now }),
    relayed.with({ messageId, now }),
  ];
}

function toStatements({ sets, from, stopsIf, verificationSets }: Change) {
  return {
    ofSession: named<'messageId' | 'sessionId' | 'now'>(
      `UPDATE "deliveries" SET "sessionId" = :sessionId, ${sets}, "updatedAt" = :now
       WHERE "messageId" = :messageId AND "status" IN (${from})
         AND ("sessionId" = :sessionId OR "status" IN ('sending', 'failed', 'unknown'))`,
    ),
    ofChannel: named<'messageId' | 'now'>(
      `UPDATE "deliveries" SET ${sets}, "updatedAt" = :now
       WHERE "messageId" = :messageId AND "status" IN (${from})`,
    ),
    verification: named<'messageId' | 'now' | 'countAfter'>(
      `UPDATE "otp_logs" SET ${verificationSets}
       WHERE "verificationId" =
           (SELECT "verificationId" FROM "deliveries" WHERE "messageId" = :messageId)
         AND "status" <> 'failed'`,
    ),
    /**
     * Cancels the steps that would follow other messages of the verification, if the message has reached its goal. MySQL
     * reads a table that it changes only through a derived table that it cannot merge, which LIMIT prevents.
     */
    others: named<'messageId' | 'now'>(
      `UPDATE "deliveries" SET "dueAt" = NULL, "updatedAt" = :now
       WHERE "dueAt" IS NOT NULL AND "messageId" <> :messageId AND "status" <> 'sending'
         AND "verificationId" = (SELECT "verificationId" FROM
           (SELECT "verificationId" FROM "deliveries"
            WHERE "messageId" = :messageId AND ${stopsIf} LIMIT 1) AS reported)`,
    ),
    /** Erases what is needed to send a relayed message again, if it has reached its goal. */
    relayed: named<'messageId' | 'now'>(
      `UPDATE "relayed_messages" SET "sealedMessage" = NULL, "eraseAt" = NULL, "updatedAt" = :now
       WHERE "eraseAt" IS NOT NULL AND "relayId" =
         (SELECT "verificationId" FROM "deliveries"
          WHERE "messageId" = :messageId AND "kind" = 'relayed' AND ${stopsIf})`,
    ),
  };
}
