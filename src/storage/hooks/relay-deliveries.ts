import { RELEASE_DUE } from '../delivery/claim-statements.ts';
import type { ClaimedDelivery } from '../delivery/claims.ts';
import {
  BEGIN_RELAYED,
  type Claim,
  MARK_ACCEPTED,
  type NewDelivery,
  toClaimedRow,
} from '../delivery/delivery-statements.ts';
import type { Acceptance, DeliveryStore } from '../delivery/delivery-store.ts';
import { cut, named, type Statements, type Step } from '../statement.ts';

/** What of `DeliveryStore` concerns the owner of a delivery, for relayed messages. */
type OwnedDeliveries = Pick<DeliveryStore, 'beginClaimed' | 'beginNext' | 'markAccepted'>;

const ACCEPT = named<'relayId' | 'channel' | 'dueAt' | 'now'>(
  // MySQL assigns from left to right; PostgreSQL needs the type of a parameter that is only compared with NULL.
  `UPDATE "relayed_messages" SET "status" = 'accepted', "channel" = :channel, "updatedAt" = :now,
     "sealedMessage" = CASE WHEN "eraseAt" > :dueAt THEN "sealedMessage" END,
     "eraseAt" = CASE WHEN "eraseAt" > :dueAt THEN "eraseAt" END
   WHERE "relayId" = :relayId AND "status" IN ('sending', 'accepted', 'failed')`,
);

/** The deliveries of relayed messages, which have no verification. */
export function createRelayDeliveries({
  transact,
  change,
}: Pick<Statements, 'transact' | 'change'>): OwnedDeliveries {
  const begin = (delivery: NewDelivery, now: Date, claim: Claim): Step =>
    BEGIN_RELAYED.with({ ...toClaimedRow(delivery, now, claim), kind: 'relayed', at: now });
  return {
    async beginClaimed(delivery, now, claim) {
      const { sql, values } = begin(delivery, now, claim);
      return (await change(sql, values)) === 1;
    },
    beginNext: ({ id }: Pick<ClaimedDelivery, 'id'>, next, now, claim) =>
      transact([
        { ...RELEASE_DUE.with({ id, nodeId: claim.nodeId, now }), expectedRows: 1 },
        { ...begin(next, now, claim), expectedRows: 1 },
      ]),
    async markAccepted({ verificationId: relayId, channel, messageId }, acceptance, now) {
      const { sessionId, providerMessageId, details }: Acceptance = acceptance;
      const dueAt = acceptance.dueAt ?? null;
      return transact([
        MARK_ACCEPTED.with({
          messageId,
          sessionId: sessionId ?? null,
          providerMessageId: providerMessageId ?? null,
          details: details === undefined ? null : cut(details, 500),
          ...{ dueAt, now },
        }),
        ACCEPT.with({ relayId, channel, dueAt, now }),
      ]);
    },
  };
}
