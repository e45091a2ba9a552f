import type { RelayStatus } from '../../domain/hooks/hook.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { Database } from '../database.ts';
import { RelayedMessage } from '../models/hooks/relayed-message.ts';
import { cut, placeholders, readIds, type Step } from '../statement.ts';
import type { NewRowOf, Selected } from '../table.ts';
import { createRelayDeliveries } from './relay-deliveries.ts';

const sendable = RelayedMessage.pick(
  ...(['relayId', 'accountId', 'phoneNumber', 'region', 'purpose'] as const),
  ...(['sentBy', 'sealedMessage', 'eraseAt'] as const),
);
const repeated = RelayedMessage.pick('relayId', 'status', 'createdAt');
const listed = RelayedMessage.pick(
  ...(['id', 'relayId', 'accountId', 'hookId', 'phoneNumber', 'region', 'purpose'] as const),
  ...(['codeLength', 'status', 'reason', 'channel', 'createdAt', 'updatedAt'] as const),
);

export type NewRelay = Omit<NewRowOf<typeof RelayedMessage>, 'id' | 'status' | 'updatedAt'>;

/** A relayed message that can still be sent. */
export type SendableRelay = Selected<typeof sendable>;
export type RelayRow = Selected<typeof listed>;

/** The message of an event that came before. */
export type RepeatedRelay = Selected<typeof repeated>;

/** What ends a relayed message without a delivery. */
type Ending = {
  readonly status: Extract<RelayStatus, 'failed' | 'refused' | 'test'>;
  readonly reason?: string;
  /** Whether the same event may be sent when it comes again. */
  readonly isRepeatable: boolean;
};

export type RelayStore = ReturnType<typeof createRelayStore>;

/** How long a call that has not reached the queue belongs to the node that received it. */
const RECEIVING_SECONDS = 15;

const ERASE = `"sealedMessage" = NULL, "eraseAt" = NULL`;

/** No step of the message is under way or due. */
const IS_SPENT = `NOT EXISTS (SELECT 1 FROM "deliveries"
  WHERE "deliveries"."verificationId" = "relayed_messages"."relayId"
    AND ("deliveries"."dueAt" IS NOT NULL OR "deliveries"."status" = 'sending'))`;

/** The condition that no channel was asked yet. MySQL assigns from left to right: the status must come last. */
const IS_UNSENT = `"status" IN ('received', 'sending') AND NOT EXISTS (SELECT 1 FROM "deliveries"
  WHERE "deliveries"."verificationId" = "relayed_messages"."relayId")`;

/** Stores messages whose codes other servers own. */
export function createRelayStore({ statements, models }: Database) {
  const { select, change } = statements;
  const changeOne = async (sql: string, values: Step['values']) =>
    (await change(sql, values)) === 1;

  /** Records a call; false if its event is stored already. */
  function receive(relay: NewRelay): Promise<boolean> {
    const updatedAt = relay.createdAt;
    return models.RelayedMessage.insertRow({ ...relay, status: 'received', updatedAt });
  }

  /** Records a call that is refused before its message is known. */
  async function recordRefused(relay: NewRelay, reason: string): Promise<void> {
    await models.RelayedMessage.insertRow({
      ...{ ...relay, eventKey: undefined, status: 'refused', reason: cut(reason, 32) },
      updatedAt: relay.createdAt,
    });
  }

  /** Finds the message of an event. */
  async function findByEvent(eventKey: string): Promise<RepeatedRelay | undefined> {
    const [row] = await select(
      `SELECT ${repeated.columns} FROM "relayed_messages" WHERE "eventKey" = $1`,
      [eventKey],
    );
    return row && repeated.decode(row);
  }

  /**
   * Allows an event to be sent again that came before `before`, or whose node died before its message was in the queue;
   * false if it must not be sent again. A call that is still about to send it then no longer can.
   */
  function releaseEvent(eventKey: string, before: Date, now: Date): Promise<boolean> {
    return changeOne(
      `UPDATE "relayed_messages" SET "eventKey" = NULL,
         "sealedMessage" = CASE WHEN ${IS_UNSENT} THEN NULL ELSE "sealedMessage" END,
         "status" = CASE WHEN ${IS_UNSENT} THEN 'refused' ELSE "status" END
       WHERE "eventKey" = $1 AND ("createdAt" <= $2 OR (${IS_UNSENT} AND "createdAt" <= $3))`,
      [eventKey, before, addSeconds(now, -RECEIVING_SECONDS)],
    );
  }

  /** Stores what is needed to send a received message; false if another call has taken its event over. */
  function startSending(
    relayId: string,
    sealed: { readonly message: string; readonly eraseAt: Date },
    now: Date,
  ): Promise<boolean> {
    return changeOne(
      `UPDATE "relayed_messages" SET "status" = 'sending', "sealedMessage" = $2, "eraseAt" = $3, "updatedAt" = $4
       WHERE "relayId" = $1 AND "status" = 'received'`,
      [relayId, sealed.message, sealed.eraseAt, now],
    );
  }

  /** Ends a message that no channel has accepted. */
  async function end(
    relayId: string,
    { status, reason, isRepeatable }: Ending,
    now: Date,
  ): Promise<void> {
    await change(
      `UPDATE "relayed_messages" SET "status" = $2, "reason" = $3, ${ERASE}, "updatedAt" = $4
         ${isRepeatable ? ', "eventKey" = NULL' : ''}
       WHERE "relayId" = $1 AND "status" IN ('received', 'sending')`,
      [relayId, status, reason === undefined ? null : cut(reason, 32), now],
    );
  }

  async function findSendable(relayId: string, now: Date): Promise<SendableRelay | undefined> {
    const [row] = await select(
      `SELECT ${sendable.columns} FROM "relayed_messages"
       WHERE "relayId" = $1 AND "sealedMessage" IS NOT NULL AND "eraseAt" > $2`,
      [relayId, now],
    );
    return row && sendable.decode(row);
  }

  /** Erases what is needed to send a message again, unless a step of it is under way or due. */
  async function eraseIfSpent(relayId: string, now: Date): Promise<void> {
    await change(
      `UPDATE "relayed_messages" SET ${ERASE}, "updatedAt" = $2,
         "reason" = CASE WHEN "status" = 'sending' THEN 'provider_unavailable' ELSE "reason" END,
         "status" = CASE WHEN "status" = 'sending' THEN 'failed' ELSE "status" END
       WHERE "relayId" = $1 AND "eraseAt" IS NOT NULL AND ${IS_SPENT}`,
      [relayId, now],
    );
  }

  /**
   * Records that an accepted message did not arrive, as its provider reported, unless another attempt is under way or has
   * been accepted; undefined if nothing changed.
   */
  async function failUndelivered(relayId: string, now: Date): Promise<RelayRow | undefined> {
    const isFailed = await changeOne(
      `UPDATE "relayed_messages" SET "status" = 'failed', "reason" = 'delivery_failed', "updatedAt" = $2
       WHERE "relayId" = $1 AND "status" = 'accepted' AND NOT EXISTS (SELECT 1 FROM "deliveries"
         WHERE "deliveries"."verificationId" = "relayed_messages"."relayId"
           AND "deliveries"."status" <> 'failed')`,
      [relayId, now],
    );
    if (!isFailed) return undefined;
    const [row] = await select(
      `SELECT ${listed.columns} FROM "relayed_messages" WHERE "relayId" = $1`,
      [relayId],
    );
    return row && listed.decode(row);
  }

  /** Erases what is needed to send messages whose codes are no longer valid. */
  async function eraseDue(now: Date): Promise<void> {
    await change(
      `UPDATE "relayed_messages" SET ${ERASE}, "updatedAt" = $1,
         "status" = CASE WHEN "status" = 'sending' THEN 'failed' ELSE "status" END
       WHERE "eraseAt" <= $1`,
      [now],
    );
  }

  /** Lists the calls of a hook, newest first; one more than the page holds if there are more. */
  async function listOfHook(
    { accountId, hookId }: { readonly accountId: string; readonly hookId: string },
    { limit, before }: { readonly limit: number; readonly before: number | undefined },
  ): Promise<RelayRow[]> {
    const rows = await select(
      `SELECT ${listed.columns} FROM "relayed_messages"
       WHERE "hookId" = $1 AND "accountId" = $2 AND "id" < $3 ORDER BY "id" DESC LIMIT ${limit + 1}`,
      [hookId, accountId, before ?? 2 ** 31 - 1],
    );
    return rows.map(listed.decode);
  }

  async function find(accountId: string, relayId: string): Promise<RelayRow | undefined> {
    const [row] = await select(
      `SELECT ${listed.columns} FROM "relayed_messages" WHERE "relayId" = $1 AND "accountId" = $2`,
      [relayId, accountId],
    );
    return row && listed.decode(row);
  }

  /** Lists what was relayed to a recipient, newest first. */
  async function listOfRecipient(
    { accountId, phoneNumber }: { readonly accountId: string; readonly phoneNumber: string },
    limit: number,
  ): Promise<RelayRow[]> {
    const rows = await select(
      `SELECT ${listed.columns} FROM "relayed_messages"
       WHERE "accountId" = $1 AND "phoneNumber" = $2 ORDER BY "id" DESC LIMIT ${limit}`,
      [accountId, phoneNumber],
    );
    return rows.map(listed.decode);
  }

  /** Deletes up to `batch` messages that were created before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "relayed_messages" WHERE "createdAt" < $1 AND "eraseAt" IS NULL
       ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "relayed_messages" WHERE "id" IN (${placeholders(old.length)})`,
      readIds(old),
    );
  }

  return {
    ...{ receive, recordRefused, findByEvent, releaseEvent, startSending, end, findSendable },
    ...{ eraseIfSpent, failUndelivered, eraseDue, listOfHook, find, listOfRecipient, prune },
    deliveries: createRelayDeliveries(statements),
  };
}
