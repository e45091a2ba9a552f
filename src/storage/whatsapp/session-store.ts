import { type SessionSnapshot, toSessionStatus } from '../../domain/whatsapp/session.ts';
import type { ContactBlockReason } from '../../domain/whatsapp/session-reason.ts';
import type { Database } from '../database.ts';
import { cut, optional, type Value, whereAll } from '../statement.ts';
import type { Fence } from './credential-store.ts';
import { SESSION_COLUMNS, type StoredSession, toSession } from './session-row.ts';

export type { StoredSession };

export type SessionStore = ReturnType<typeof createSessionStore>;

/**
 * Both read the old `isConnected`. MySQL takes assignments from left to right, each with what the
 * ones before it made: the new `isConnected` therefore comes last in its statement.
 */
const BECOMES_OPEN = `"lastSeen" = $2,
  "connectedAt" = CASE WHEN "isConnected" THEN "connectedAt" ELSE $2 END`;
const LEAVES_OPEN = `"disconnectedAt" = CASE WHEN "isConnected" THEN $2 ELSE "disconnectedAt" END`;

const NO_BOUND = 1_000_000_000;

/** Keeps sessions: one row for each WhatsApp account that is linked or is to be. */
export function createSessionStore({ statements }: Database) {
  const { select, change, insert, transact } = statements;

  /**
   * Makes a session that is not linked, unless the name is taken, by whichever account, or the account
   * has `most` already. Whoever makes one takes the account's row first: what is counted behind it
   * stays true until this one is there.
   */
  async function create(
    { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
    now: Date,
    most = NO_BOUND,
  ): Promise<'created' | 'taken' | 'full'> {
    if (await findById(sessionId)) return 'taken';
    await insert(`INSERT INTO "session_quotas" ("accountId", "createdAt") VALUES ($1, $2)`, [
      accountId,
      now,
    ]);
    const isMade = await transact([
      {
        sql: `UPDATE "session_quotas" SET "createdAt" = $2 WHERE "accountId" = $1`,
        values: [accountId, now],
        touching: 1,
      },
      {
        sql: `INSERT INTO "sessions" ("accountId", "sessionId", "createdAt", "updatedAt")
          SELECT $1, $2, $3, $4
          FROM (SELECT COUNT(*) AS "held" FROM "sessions" WHERE "accountId" = $5) AS "present"
          WHERE "held" < $6`,
        values: [accountId, sessionId, now, now, accountId, most],
        touching: 1,
      },
    ]).catch(async (error: unknown) => {
      if (await findById(sessionId)) return false;
      throw error;
    });
    if (isMade) return 'created';
    return (await findById(sessionId)) ? 'taken' : 'full';
  }

  async function find(accountId: string, sessionId: string): Promise<StoredSession | undefined> {
    const [session] = await read(`WHERE "sessionId" = $1 AND "accountId" = $2`, [
      sessionId,
      accountId,
    ]);
    return session;
  }

  /** Whoever's session it is: for the part of the program that keeps sessions, not for callers. */
  async function findById(sessionId: string): Promise<StoredSession | undefined> {
    const [session] = await read(`WHERE "sessionId" = $1`, [sessionId]);
    return session;
  }

  /** The sessions of one account, oldest first. */
  function list(accountId: string): Promise<StoredSession[]> {
    return read(`WHERE "accountId" = $1 ORDER BY "createdAt", "id"`, [accountId]);
  }

  /** The sessions of all accounts, oldest first. */
  function listAll(): Promise<StoredSession[]> {
    return read(`ORDER BY "createdAt", "id"`, []);
  }

  /** How many sessions of one account, or of all, have which status. */
  async function countByStatus(accountId: string | undefined): Promise<Map<string, number>> {
    const { where, values } = whereAll([['"accountId" =', accountId]]);
    const rows = await select(
      `SELECT "status", COUNT(*) AS "sessions" FROM "sessions" ${where} GROUP BY "status"`,
      values,
    );
    return new Map(rows.map((row) => [String(row['status']), Number(row['sessions'])]));
  }

  async function read(condition: string, values: readonly Value[]): Promise<StoredSession[]> {
    const rows = await select(`SELECT ${SESSION_COLUMNS} FROM "sessions" ${condition}`, values);
    return rows.map(toSession);
  }

  /** Forgets a session and all that is its own: one that gets its name later inherits nothing. */
  async function remove(sessionId: string): Promise<void> {
    const tables = ['sessions', 'session_credentials', 'session_contacts'];
    await transact(
      tables.map((table) => ({
        sql: `DELETE FROM "${table}" WHERE "sessionId" = $1`,
        values: [sessionId],
      })),
    );
  }

  /**
   * Writes how a session stands; a phone number or name that the snapshot does not know stays. Only
   * the node that keeps the session may: without the lease nothing is written.
   */
  async function save(snapshot: SessionSnapshot, fence: Fence): Promise<void> {
    const { leaseName, owner, now } = fence;
    const { sessionId, state, attempt, nextTryAt, phoneNumber, name } = snapshot;
    const { reason, errorMessage } = snapshot;
    await change(
      `UPDATE "sessions" SET "updatedAt" = $2, "state" = $3, "stateReason" = $4, "attempt" = $5,
         "nextTryAt" = $6, "status" = $7, "qrGenerated" = $8, "errorMessage" = $9,
         "userPhone" = COALESCE($10, "userPhone"), "userName" = COALESCE($11, "userName"),
         ${state === 'open' ? BECOMES_OPEN : LEAVES_OPEN}, "isConnected" = $12
       WHERE "sessionId" = $1 AND EXISTS (
         SELECT 1 FROM "leases" WHERE "name" = $13 AND "owner" = $14 AND "heldUntil" > $15)`,
      [
        sessionId,
        now,
        state,
        reason ?? null,
        attempt,
        nextTryAt ?? null,
        toSessionStatus(state),
        Number(state === 'qr'),
        optional(errorMessage, toText) ?? null,
        phoneNumber ?? null,
        optional(name, toText) ?? null,
        Number(state === 'open'),
        leaseName,
        owner,
        now.getTime(),
      ],
    );
  }

  /** Notes whether WhatsApp knows the session's credentials as a linked device. */
  async function setLinked(sessionId: string, isLinked: boolean, now: Date): Promise<void> {
    await change(`UPDATE "sessions" SET "isLinked" = $2, "updatedAt" = $3 WHERE "sessionId" = $1`, [
      sessionId,
      Number(isLinked),
      now,
    ]);
  }

  /** Refuses new contacts until a moment; a block that lasts longer stays as it is. */
  async function blockContacts(sessionId: string, until: Date, by: ContactBlockReason, now: Date) {
    await change(
      `UPDATE "sessions" SET "contactsBlockedUntil" = $2, "contactsBlockedBy" = $3, "updatedAt" = $4
       WHERE "sessionId" = $1
         AND ("contactsBlockedUntil" IS NULL OR "contactsBlockedUntil" < $2)`,
      [sessionId, until, by, now],
    );
  }

  /** Puts another block in the place of the present one, or none: what WhatsApp says counts. */
  async function setContactsBlock(
    sessionId: string,
    block: { readonly until: Date; readonly by: ContactBlockReason } | undefined,
    now: Date,
  ): Promise<void> {
    await change(
      `UPDATE "sessions" SET "contactsBlockedUntil" = $2, "contactsBlockedBy" = $3, "updatedAt" = $4
       WHERE "sessionId" = $1`,
      [sessionId, block?.until ?? null, block?.by ?? null, now],
    );
  }

  return {
    create,
    find,
    findById,
    list,
    listAll,
    countByStatus,
    remove,
    save,
    setLinked,
    blockContacts,
    setContactsBlock,
  };
}

/** What a STRING column takes of a text that strangers had a hand in. */
function toText(text: string): string {
  return cut(text, 255);
}
