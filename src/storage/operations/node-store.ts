import type { Database } from '../database.ts';
import { placeholders, type Row } from '../statement.ts';

/** One process that serves the database. */
export type Node = {
  readonly id: string;
  /** The name by which its own machine knows whether it is dead: see lib/process-identity.ts. */
  readonly process: string;
  readonly host: string;
  readonly processId: number;
  readonly startedAt: Date;
  readonly version: string;
};

/** The last sign of life of a node. */
export type LastSign = Pick<Node, 'id' | 'process'> & {
  /** Milliseconds since 1970. */
  readonly aliveUntil: number;
};

/** Both in milliseconds since 1970. A node that leaves is alive until now. */
export type SignTimes = { readonly now: number; readonly aliveUntil: number };

export type NodeStore = ReturnType<typeof createNodeStore>;

/** Keeps which processes serve the database, when each last wrote to it, and how far it has counted. */
export function createNodeStore({ statements }: Pick<Database, 'statements'>) {
  const { select, change, insert } = statements;

  /** Puts a node on record, or puts it there again. @throws when the database takes no write. */
  async function register(node: Node, beat: number, times: SignTimes): Promise<void> {
    const { id, process, host, processId, startedAt, version } = node;
    const isNew = await insert(
      `INSERT INTO "nodes" ("id", "beat", "seenAt", "aliveUntil", "process", "host", "processId",
         "startedAt", "version", "isSettled")
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE)`,
      [
        ...[id, beat, times.now, times.aliveUntil],
        ...[process, host, processId, startedAt.getTime(), version],
      ],
    );
    if (!isNew) await write(id, { known: 0, next: beat }, times);
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
    const [row] = await select(`SELECT "beat" FROM "nodes" WHERE "id" = $1`, [id]);
    return row && Number(row['beat']);
  }

  /** The nodes that were seen since `time` and have not left. */
  async function findSeen(time: Date): Promise<Node[]> {
    const rows = await select(
      `SELECT "id", "process", "host", "processId", "startedAt", "version" FROM "nodes"
       WHERE "seenAt" >= $1 AND "aliveUntil" > "seenAt"`,
      [time.getTime()],
    );
    return rows.map(toNode);
  }

  /** Until when any node was alive at last; undefined when there never was one. */
  async function findLastSign(): Promise<number | undefined> {
    const [row] = await select(`SELECT MAX("aliveUntil") AS "last" FROM "nodes"`, []);
    const last = row?.['last'];
    return last === null || last === undefined ? undefined : Number(last);
  }

  async function listAlive(now: number): Promise<string[]> {
    const rows = await select(`SELECT "id" FROM "nodes" WHERE "aliveUntil" > $1`, [now]);
    return rows.map((row) => String(row['id']));
  }

  /** The nodes that may have left something undone: all but `self` and those that are countAfter. */
  async function listUnsettled(self: string): Promise<LastSign[]> {
    const rows = await select(
      `SELECT "id", "process", "aliveUntil" FROM "nodes" WHERE "isSettled" = FALSE AND "id" <> $1`,
      [self],
    );
    return rows.map((row) => ({
      id: String(row['id']),
      process: String(row['process']),
      aliveUntil: Number(row['aliveUntil']),
    }));
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
      `SELECT "id" FROM "otp_logs" WHERE "status" = 'sent'
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

function toNode(row: Row): Node {
  return {
    id: String(row['id']),
    process: String(row['process']),
    host: String(row['host']),
    processId: Number(row['processId']),
    startedAt: new Date(Number(row['startedAt'])),
    version: String(row['version']),
  };
}
