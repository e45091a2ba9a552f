import type { ReceiptKind } from '../../domain/conversations/message.ts';
import { placeholders, type Step } from '../statement.ts';

/** Receipts of the same kind and time, for messages of ours. */
export type ReceiptGroup = {
  readonly kind: ReceiptKind;
  readonly at: Date;
  readonly messageIds: readonly string[];
};

const ACCEPTED = `"acceptedAt" = COALESCE("acceptedAt", $1)`;
const DELIVERED = `${ACCEPTED}, "deliveredAt" = COALESCE("deliveredAt", $1),
  "status" = CASE WHEN "status" IN ('pending', 'accepted') THEN 'delivered' ELSE "status" END`;
const READ = `${ACCEPTED}, "deliveredAt" = COALESCE("deliveredAt", $1), "readAt" = COALESCE("readAt", $1), "status" = 'read'`;

/**
 * Moves messages of ours to persons forward, never back: in any order and however often, the result is the same. One that
 * failed stays failed. The first time of each step stays.
 */
export function toReceiptSteps(
  sessionId: string,
  groups: readonly ReceiptGroup[],
  now: Date,
): readonly Step[] {
  return groups.map(({ kind, at, messageIds }) => ({
    sql: `UPDATE "messages" SET ${kind === 'delivered' ? DELIVERED : READ}, "updatedAt" = $2
      WHERE "sessionId" = $3 AND "fromMe" = TRUE AND "status" <> 'failed'
        AND "messageId" IN (${placeholders(messageIds.length, 4)})`,
    values: [at, now, sessionId, ...messageIds],
  }));
}
