import { Op } from 'sequelize';
import { type SessionSnapshot, toSessionStatus } from '../../domain/whatsapp/session.ts';
import {
  type ContactBlockReason,
  readContactBlockReason,
  readSessionReason,
  type SessionReason,
} from '../../domain/whatsapp/session-reason.ts';
import type { Database } from '../database.ts';
import type { Fence } from '../models/limits/lease.ts';
import { Session } from '../models/whatsapp/session.ts';
import { SessionQuota } from '../models/whatsapp/session-quota.ts';
import { cut, optional, whereAll } from '../statement.ts';
import { known, type Selected } from '../table.ts';

const stored = Session.pick(
  ...(['sessionId', 'accountId', 'state', 'stateReason', 'errorMessage', 'attempt'] as const),
  ...(['nextTryAt', 'isLinked', 'isConnected', 'userPhone', 'userName', 'connectedAt'] as const),
  ...(['disconnectedAt', 'lastSeen', 'contactsBlockedUntil', 'contactsBlockedBy'] as const),
  'createdAt',
);

type SessionRow = Selected<typeof stored>;

/** A session as its row tells it. `userPhone` is E.164, `attempt` counts the tries in a row that failed. */
export type StoredSession = Omit<SessionRow, 'stateReason' | 'contactsBlockedBy'> & {
  readonly stateReason: SessionReason | undefined;
  readonly contactsBlockedBy: ContactBlockReason | undefined;
};

export type SessionStore = ReturnType<typeof createSessionStore>;

const NO_BOUND = 1_000_000_000;

/** Keeps sessions: one row for each WhatsApp account that is linked or is to be. */
export function createSessionStore({ statements, models }: Database) {
  const { select, insert, transact } = statements;

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
    await models.Account.ensure(accountId, now);
    const quota = SessionQuota.insertion({ accountId, createdAt: now });
    await insert(quota.sql, quota.values);
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
    const [row] = await models.Session.findRows({ where: { sessionId, accountId } }, stored);
    return row && toStored(row);
  }

  /** Whoever's session it is: for the part of the program that keeps sessions, not for callers. */
  async function findById(sessionId: string): Promise<StoredSession | undefined> {
    const session = await models.Session.getBySessionId(sessionId);
    return session ? toStored(stored.decode(session.dataValues)) : undefined;
  }

  /** The sessions of one account, oldest first. */
  function list(accountId: string): Promise<StoredSession[]> {
    return listOf(accountId);
  }

  /** The sessions of all accounts, oldest first. */
  function listAll(): Promise<StoredSession[]> {
    return listOf(undefined);
  }

  async function listOf(accountId: string | undefined): Promise<StoredSession[]> {
    const rows = await models.Session.findRows(
      { where: known({ accountId }), order: ['createdAt', 'id'] },
      stored,
    );
    return rows.map(toStored);
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
    const { sessionId, state, attempt, reason, nextTryAt, phoneNumber, name } = snapshot;
    const progress = {
      state,
      status: toSessionStatus(state),
      attempt,
      qrGenerated: state === 'qr',
      stateReason: reason ?? null,
      errorMessage: optional(snapshot.errorMessage, toText) ?? null,
      nextTryAt: nextTryAt ?? null,
      userPhone: phoneNumber,
      userName: optional(name, toText),
    };
    const session = await models.Session.getBySessionId(sessionId);
    if (state === 'open') await session?.setConnected(progress, fence);
    else await session?.setDisconnected(progress, fence);
  }

  /** Notes whether WhatsApp knows the session's credentials as a linked device. */
  async function setLinked(sessionId: string, isLinked: boolean, now: Date): Promise<void> {
    await models.Session.update({ isLinked, updatedAt: now }, { where: { sessionId } });
  }

  /** Refuses new contacts until a moment; a block that lasts longer stays as it is. */
  async function blockContacts(sessionId: string, until: Date, by: ContactBlockReason, now: Date) {
    await models.Session.update(
      { contactsBlockedUntil: until, contactsBlockedBy: by, updatedAt: now },
      { where: { sessionId, contactsBlockedUntil: { [Op.or]: [null, { [Op.lt]: until }] } } },
    );
  }

  /** Puts another block in the place of the present one, or none: what WhatsApp says counts. */
  async function setContactsBlock(
    sessionId: string,
    block: { readonly until: Date; readonly by: ContactBlockReason } | undefined,
    now: Date,
  ): Promise<void> {
    const { until = null, by = null } = block ?? {};
    await models.Session.update(
      { contactsBlockedUntil: until, contactsBlockedBy: by, updatedAt: now },
      { where: { sessionId } },
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

function toStored({
  stateReason,
  errorMessage,
  contactsBlockedBy,
  ...row
}: SessionRow): StoredSession {
  const read = readSessionReason(stateReason, errorMessage);
  return {
    ...row,
    stateReason: read.reason,
    errorMessage: read.errorMessage,
    contactsBlockedBy: optional(contactsBlockedBy, readContactBlockReason),
  };
}
