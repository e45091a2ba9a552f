import { type SessionSettings, writeIgnored } from '../../domain/conversations/session-settings.ts';
import {
  type SessionSnapshot,
  sessionLeaseName,
  toSessionStatus,
} from '../../domain/whatsapp/session.ts';
import type { ContactBlockReason } from '../../domain/whatsapp/session-reason.ts';
import type { Database } from '../database.ts';
import type { Fence } from '../models/limits/lease.ts';
import { Session } from '../models/whatsapp/session.ts';
import { Op } from '../operators.ts';
import { cut, optional } from '../statement.ts';
import { createSessionLists } from './session-lists.ts';
import { decodeSession, type StoredSession, stored, toStored } from './session-row.ts';

export type { StoredSession };

export type SessionStore = ReturnType<typeof createSessionStore>;

const UNLIMITED = 1_000_000_000;

/** Most of this is deleted before, in batches. */
const CONVERSATIONS = [
  ...['messages', 'message_receipts', 'reactions', 'session_lids', 'chats'],
  ...['group_members', 'wa_groups'],
];

/** Stores sessions: one row for each WhatsApp number that is linked or will be. */
export function createSessionStore(database: Database) {
  const { statements, models } = database;
  const { transact } = statements;

  /**
   * Creates a session that is not linked, unless any account uses the name or the account already has
   * `maxSessions`. The first step locks the quota row of the account, so that the count stays right until
   * the session is inserted.
   */
  async function create(
    { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
    now: Date,
    maxSessions = UNLIMITED,
  ): Promise<'created' | 'taken' | 'full'> {
    if (await findById(sessionId)) return 'taken';
    await models.Account.ensure(accountId, now);
    await models.SessionQuota.insertRow({ accountId, createdAt: now });
    const isCreated = await transact([
      {
        sql: `UPDATE "session_quotas" SET "createdAt" = $2 WHERE "accountId" = $1`,
        values: [accountId, now],
        expectedRows: 1,
      },
      {
        sql: `INSERT INTO "sessions" ("accountId", "sessionId", "createdAt", "updatedAt")
          SELECT $1, $2, $3, $4
          FROM (SELECT COUNT(*) AS "held" FROM "sessions" WHERE "accountId" = $5) AS "present"
          WHERE "held" < $6`,
        values: [accountId, sessionId, now, now, accountId, maxSessions],
        expectedRows: 1,
      },
    ]).catch(async (error: unknown) => {
      if (await findById(sessionId)) return false;
      throw error;
    });
    if (isCreated) return 'created';
    return (await findById(sessionId)) ? 'taken' : 'full';
  }

  async function find(accountId: string, sessionId: string): Promise<StoredSession | undefined> {
    const [row] = await models.Session.findRows({ where: { sessionId, accountId } }, stored);
    return row && toStored(row);
  }

  /** Finds a session of any account, for the program itself and not for callers. */
  async function findById(sessionId: string): Promise<StoredSession | undefined> {
    const session = await models.Session.getBySessionId(sessionId);
    return session ? decodeSession(session.dataValues) : undefined;
  }

  /** Finds the session of any account to which a number (E.164) is linked, if there is one. */
  async function findLinkedTo(userPhone: string): Promise<string | undefined> {
    const [row] = await models.Session.findRows({ where: { userPhone, isLinked: true } }, stored);
    return row && toStored(row).sessionId;
  }

  /**
   * Deletes a session and all of its data, so that a later session with the same name inherits nothing. Its
   * lease is deleted too, unless it is still held.
   */
  async function remove(sessionId: string): Promise<void> {
    const tables = ['sessions', 'session_credentials', 'session_contacts', ...CONVERSATIONS];
    await transact([
      ...tables.map((table) => ({
        sql: `DELETE FROM "${table}" WHERE "sessionId" = $1`,
        values: [sessionId],
      })),
      {
        sql: `DELETE FROM "webhook_deliveries" WHERE "webhookId" IN
          (SELECT "webhookId" FROM "webhooks" WHERE "sessionId" = $1)`,
        values: [sessionId],
      },
      { sql: `DELETE FROM "webhooks" WHERE "sessionId" = $1`, values: [sessionId] },
      {
        sql: `DELETE FROM "leases" WHERE "name" = $1 AND "heldUntil" = 0`,
        values: [sessionLeaseName(sessionId)],
      },
    ]);
  }

  /**
   * Saves the state of a session. A phone number or name that is missing in the snapshot does not
   * change. Nothing is written unless this node holds the lease of the session.
   */
  async function save(snapshot: SessionSnapshot, fence: Fence): Promise<void> {
    const { sessionId, state, attempt, reason, nextTryAt, phoneNumber, name, userId } = snapshot;
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
      userId,
      deviceInfo: snapshot.device,
    };
    const session = await models.Session.getBySessionId(sessionId);
    if (state === 'open') await session?.setConnected(progress, fence);
    else await session?.setDisconnected(progress, fence);
  }

  /** Stores whether WhatsApp knows the credentials of the session as a linked device. */
  async function setLinked(sessionId: string, isLinked: boolean, now: Date): Promise<void> {
    await models.Session.update({ isLinked, updatedAt: now }, { where: { sessionId } });
  }

  /** Blocks new contacts until a time, unless a longer block is stored. */
  async function blockContacts(sessionId: string, until: Date, by: ContactBlockReason, now: Date) {
    await models.Session.update(
      { contactsBlockedUntil: until, contactsBlockedBy: by, updatedAt: now },
      { where: { sessionId, contactsBlockedUntil: { [Op.or]: [null, { [Op.lt]: until }] } } },
    );
  }

  /** Replaces or removes the block, as reported by WhatsApp. */
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

  /** Stores what a session is for and what it stores. Undefined fields do not change. */
  async function saveSettings(
    sessionId: string,
    { store, use, ignore, autoReply, metadata }: Partial<SessionSettings>,
    now: Date,
  ): Promise<void> {
    const changes = {
      storeLevel: store,
      usedFor: use,
      ignoredChats: ignore && writeIgnored(ignore),
      ...(autoReply !== undefined && {
        autoReplies: autoReply !== null,
        autoReplyText: autoReply?.text ?? null,
      }),
      metadata,
      updatedAt: now,
    };
    const { sets, values } = Session.assignment(changes, 2);
    const sql = `UPDATE "sessions" SET ${sets} WHERE "sessionId" = $1`;
    await statements.change(sql, [sessionId, ...values]);
  }

  return {
    create,
    saveSettings,
    find,
    findById,
    findLinkedTo,
    ...createSessionLists(database),
    remove,
    save,
    setLinked,
    blockContacts,
    setContactsBlock,
  };
}

/** Shortens text from outside to the length of a column. */
function toText(text: string): string {
  return cut(text, 255);
}
