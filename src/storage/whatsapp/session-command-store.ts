import { sessionLeaseName } from '../../domain/whatsapp/session.ts';
import type { Database } from '../database.ts';
import { SessionCommand } from '../models/whatsapp/session-command.ts';
import type { Selected } from '../table.ts';

const waiting = SessionCommand.pick('commandId', 'sessionId', 'command', 'sealedPayload');
const reply = SessionCommand.pick('sealedReply');

/** A command that has no reply yet. */
export type WaitingCommand = Selected<typeof waiting>;

/** A command and the owner of the session's lease that runs it. */
type Taker = { readonly commandId: string; readonly owner: string };

/** Stores what nodes ask each other to do with a session, and the replies, both sealed. */
export function createSessionCommandStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Stores a command until `expiresAt`. */
  async function add(command: WaitingCommand, expiresAt: Date): Promise<void> {
    await models.SessionCommand.insertRow({ ...command, expiresAt: expiresAt.getTime() });
  }

  /** Lists the commands without a reply that `owner` does not run already. */
  async function listWaiting(owner: string, now: Date): Promise<WaitingCommand[]> {
    const rows = await select(
      `SELECT ${waiting.columns} FROM "session_commands"
       WHERE "sealedReply" IS NULL AND "expiresAt" > $1 AND COALESCE("takenBy", '') <> $2`,
      [now.getTime(), owner],
    );
    return rows.map(waiting.decode);
  }

  /**
   * Takes a command to run it; false unless `owner` holds the lease of the session. A command that the last owner of the
   * lease has taken and not replied to is taken again.
   */
  async function take({ commandId, owner }: Taker, sessionId: string, now: Date): Promise<boolean> {
    const taken = await change(
      `UPDATE "session_commands" SET "takenBy" = $2
       WHERE "commandId" = $1 AND "sealedReply" IS NULL AND "expiresAt" > $3
         AND COALESCE("takenBy", '') <> $2
         AND EXISTS (SELECT 1 FROM "leases"
           WHERE "name" = $4 AND "owner" = $2 AND "heldUntil" > $3)`,
      [commandId, owner, now.getTime(), sessionLeaseName(sessionId)],
    );
    return taken === 1;
  }

  /** Stores the reply of the owner that has taken a command, and erases what was asked; false if it has no right to. */
  async function answer({ commandId, owner }: Taker, sealedReply: string): Promise<boolean> {
    const answered = await change(
      `UPDATE "session_commands" SET "sealedReply" = $3, "sealedPayload" = ''
       WHERE "commandId" = $1 AND "takenBy" = $2 AND "sealedReply" IS NULL`,
      [commandId, owner, sealedReply],
    );
    return answered === 1;
  }

  /** Lets another owner take a command with which nothing was done. */
  async function putBack({ commandId, owner }: Taker): Promise<void> {
    await change(
      `UPDATE "session_commands" SET "takenBy" = NULL
       WHERE "commandId" = $1 AND "takenBy" = $2 AND "sealedReply" IS NULL`,
      [commandId, owner],
    );
  }

  /** Finds the reply to a command; undefined if there is none yet. */
  async function findReply(commandId: string): Promise<string | undefined> {
    const [row] = await select(
      `SELECT ${reply.columns} FROM "session_commands" WHERE "commandId" = $1`,
      [commandId],
    );
    return row && reply.decode(row).sealedReply;
  }

  /** Deletes a command that no owner has taken, so that none ever does; false if one has. */
  async function withdraw(commandId: string): Promise<boolean> {
    const withdrawn = await change(
      `DELETE FROM "session_commands" WHERE "commandId" = $1 AND "takenBy" IS NULL`,
      [commandId],
    );
    return withdrawn === 1;
  }

  async function remove(commandId: string): Promise<void> {
    await change(`DELETE FROM "session_commands" WHERE "commandId" = $1`, [commandId]);
  }

  /** Deletes the commands that expired before a time, whose node has not done so. */
  async function removeExpired(before: Date): Promise<number> {
    return change(`DELETE FROM "session_commands" WHERE "expiresAt" < $1`, [before.getTime()]);
  }

  return { add, listWaiting, take, answer, putBack, findReply, withdraw, remove, removeExpired };
}
