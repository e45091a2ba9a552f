import type { Database } from '../database.ts';
import { Node as NodeModel } from '../models/operations/node.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { placeholders } from '../statement.ts';
import type { Selected } from '../table.ts';

const whole = NodeModel.pick('id', 'process', 'host', 'processId', 'startedAt', 'version');
const sign = NodeModel.pick('id', 'process', 'aliveUntil');
const beatOf = NodeModel.pick('beat');
const idOf = NodeModel.pick('id');
const verificationId = OTPLog.pick('id');

/** One process that serves the database. `process` is its name in lib/process-identity.ts. */
export type Node = Omit<Selected<typeof whole>, 'startedAt'> & { readonly startedAt: Date };

/** The last sign of life of a node. */
export type LastSign = Selected<typeof sign>;

/** Both in milliseconds since 1970. A node that leaves is alive until now. */
export type SignTimes = { readonly now: number; readonly aliveUntil: number };

export type NodeStore = ReturnType<typeof createNodeStore>;

/** Keeps which processes serve the database, when each last wrote to it, and how far it has counted. */
export function createNodeStore({ statements }: Pick<Database, 'statements'>) {
  const { select, change, insert } = statements;

  /** Puts a node on record, or puts it there again. @throws when the database takes no write. */
  async function register(node: Node, beat: number, times: SignTimes): Promise<void> {
    const { sql, values } = NodeModel.insertion({
      ...node,
      startedAt: node.startedAt.getTime(),
      beat,
      seenAt: times.now,
      aliveUntil: times.aliveUntil,
      isSettled: false,
    });
    if (!(await insert(sql, values))) await write(node.id, { known: 0, next: beat }, times);
  }

  /**
   * Counts a node on, from the last beat that it knows of; false when the database does not know of that
   * one. An answer that was lost is no reason: then the beat is further than the node knows.
   * @throws when the database takes no write.
   */
  async function write(
    id: string,
    { known, next }: { readonly known: number; readonly next: number },
    { now, aliveUntil }: SignTimes,
  ): Promise<boolean> {
    const counted = await change(
      `UPDATE "nodes" SET "beat" = $3, "seenAt" = $4, "aliveUntil" = $5, "isSettled" = FALSE
       WHERE "id" = $1 AND "beat" >= $2`,
      [id, known, next, now, aliveUntil],
    );
    return counted === 1;
  }

  async function findBeat(id: string): Promise<number | undefined> {
    const [row] = await select(`SELECT ${beatOf.columns} FROM "nodes" WHERE "id" = $1`, [id]);
    return row && beatOf.decode(row).beat;
  }

  /** The nodes that were seen since `time` and have not left. */
  async function findSeen(time: Date): Promise<Node[]> {
    const rows = await select(
      `SELECT ${whole.columns} FROM "nodes"
       WHERE "seenAt" >= $1 AND "aliveUntil" > "seenAt"`,
      [time.getTime()],
    );
    return rows.map(whole.decode).map((row) => ({ ...row, startedAt: new Date(row.startedAt) }));
  }

  /** Until when any node was alive at last; undefined when there never was one. */
  async function findLastSign(): Promise<number | undefined> {
    const [row] = await select(`SELECT MAX("aliveUntil") AS "last" FROM "nodes"`, []);
    const last = row?.['last'];
    return last === null || last === undefined ? undefined : Number(last);
  }

  async function listAlive(now: number): Promise<string[]> {
    const rows = await select(`SELECT ${idOf.columns} FROM "nodes" WHERE "aliveUntil" > $1`, [now]);
    return rows.map((row) => idOf.decode(row).id);
  }

  /** The nodes that may have left something undone: all but `self` and those that are countAfter. */
  async function listUnsettled(self: string): Promise<LastSign[]> {
    const rows = await select(
      `SELECT ${sign.columns} FROM "nodes" WHERE "isSettled" = FALSE AND "id" <> $1`,
      [self],
    );
    return rows.map(sign.decode);
  }

  /** Notes that a dead node has left nothing undone, unless it has come to life since it was read. */
  async function markSettled({ id, aliveUntil }: LastSign): Promise<void> {
    await change(`UPDATE "nodes" SET "isSettled" = TRUE WHERE "id" = $1 AND "aliveUntil" = $2`, [
      id,
      aliveUntil,
    ]);
  }

  /** Whether one of these verifications, which were used up, can be used again. */
  async function isAnyLive(verificationIds: readonly number[]): Promise<boolean> {
    if (verificationIds.length === 0) return false;
    const rows = await select(
      `SELECT ${verificationId.columns} FROM "otp_logs" WHERE "status" = 'sent'
         AND "id" IN (${placeholders(verificationIds.length)}) LIMIT 1`,
      [...verificationIds],
    );
    return rows.length > 0;
  }

  /** Forgets nodes that were alive last before `before`; what they remember is out of date. */
  async function prune(before: number): Promise<number> {
    return change(`DELETE FROM "nodes" WHERE "isSettled" = TRUE AND "aliveUntil" < $1`, [before]);
  }

  return {
    ...{ register, write, findBeat, findSeen, findLastSign, listAlive },
    ...{ listUnsettled, markSettled, isAnyLive, prune },
  };
}
