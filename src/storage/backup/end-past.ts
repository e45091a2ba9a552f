import { connectedStates, toSessionStatus } from '../../domain/whatsapp/session.ts';
import type { SessionReason } from '../../domain/whatsapp/session-reason.ts';
import { chunk, placeholders, type Step } from '../statement.ts';
import type { NamedFile } from './named-files.ts';

/** What comes up as it was in the backup instead of being held. */
export type Wishes = {
  /** WhatsApp sessions connect at the next start. */
  readonly connect: boolean;
  /** Events that were not pushed to webhooks at the time of the backup are pushed. */
  readonly redeliver: boolean;
  /** The rows whose files were not restored. */
  readonly lostFiles: readonly Pick<NamedFile, 'table' | 'id'>[];
};

const STATE = 'replaced';
const REASON: SessionReason = 'restored_from_backup';
const HELD = 'It was not sent, because the database was restored from a backup';

/** WhatsApp is asked for the files of messages again when someone requests them. Others can no longer be sent. */
const LOST = [
  { table: 'media', set: `"state" = 'gone', "expiresAt" = $1` },
  { table: 'media_uploads', set: `"expiresAt" = $1` },
] as const;

const IDS_AT_ONCE = 500;

/**
 * What a restored database must not go on with, besides live codes, logins and stored responses, which a new epoch
 * ends: tokens that users would send, links to hosted pages, what nodes hold, pushes to webhooks, connections to WhatsApp, lost files.
 */
export function toEndOfPast({ connect, redeliver, lostFiles }: Wishes, now: Date): Step[] {
  return [
    {
      sql: `UPDATE "inbound_verifications" SET "expiresAt" = $1, "updatedAt" = $1 WHERE "expiresAt" > $1`,
      values: [now],
    },
    {
      sql: `UPDATE "verification_pages" SET "expiresAt" = $1, "updatedAt" = $1 WHERE "expiresAt" > $1`,
      values: [now],
    },
    { sql: 'DELETE FROM "inbound_places"', values: [] },
    {
      sql: `UPDATE "relayed_messages" SET "sealedMessage" = NULL, "eraseAt" = NULL, "updatedAt" = $1
            WHERE "eraseAt" IS NOT NULL`,
      values: [now],
    },
    { sql: 'DELETE FROM "leases"', values: [] },
    { sql: 'DELETE FROM "session_commands"', values: [] },
    // None of them runs. What they have not finished is settled by the next node.
    { sql: `UPDATE "nodes" SET "aliveUntil" = "seenAt" WHERE "aliveUntil" > "seenAt"`, values: [] },
    redeliver ? releasePushes(now) : holdPushes(now),
    ...(connect ? [] : [stopSessions(now)]),
    ...LOST.flatMap(({ table, set }) => {
      const ids = lostFiles.filter((file) => file.table === table).map(({ id }) => id);
      return chunk(ids, IDS_AT_ONCE).map((some) => markLost(table, set, some, now));
    }),
  ];
}

function holdPushes(now: Date): Step {
  return {
    sql: `UPDATE "webhook_deliveries" SET "status" = 'FAILED', "nextAttemptAt" = NULL, "claimedBy" = NULL,
            "lastError" = $1, "updatedAt" = $2
          WHERE "status" IN ('PENDING', 'RETRYING')`,
    values: [HELD, now],
  };
}

function releasePushes(now: Date): Step {
  return {
    sql: `UPDATE "webhook_deliveries" SET "claimedBy" = NULL, "nextAttemptAt" = $1
          WHERE "status" IN ('PENDING', 'RETRYING')`,
    values: [now],
  };
}

/** Two programs with the same credentials would replace each other, and the operator knows which one is to run. */
function stopSessions(now: Date): Step {
  const states = connectedStates.map((state) => `'${state}'`).join(', ');
  return {
    sql: `UPDATE "sessions" SET "state" = '${STATE}', "status" = '${toSessionStatus(STATE)}', "stateReason" = '${REASON}',
            "errorMessage" = NULL, "isConnected" = FALSE, "nextTryAt" = NULL, "updatedAt" = $1
          WHERE "state" IN (${states}) OR ("state" = 'unlinked' AND "isLinked" = TRUE)`,
    values: [now],
  };
}

function markLost(table: string, set: string, ids: readonly number[], now: Date): Step {
  return {
    sql: `UPDATE "${table}" SET ${set}, "updatedAt" = $1
          WHERE "id" IN (${placeholders(ids.length, 2)})`,
    values: [now, ...ids],
  };
}
