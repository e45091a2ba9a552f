import type { Database } from './database.ts';
import { placeholders, type Row } from './statement.ts';

/** One running process, as the others see it. */
export type Node = {
  readonly id: string;
  /** The name by which its own machine knows whether it is dead: see lib/process-identity.ts. */
  readonly process: string;
  /** Milliseconds since 1970. */
  readonly aliveUntil: number;
};

export type NodeStore = ReturnType<typeof createNodeStore>;

/** Keeps which processes run on this database, and how far each of them has counted. */
export function createNodeStore({ statements }: Database) {
  const { select, change, insert } = statements;

  /** Puts a node on record, or puts it there again. */
  async function register({ id, process, aliveUntil }: Node, beat: number): Promise<void> {
    const isNew = await insert(
      `INSERT INTO "nodes" ("id", "process", "beat", "aliveUntil", "isSettled")
       VALUES ($1, $2, $3, $4, FALSE)`,
      [id, process, beat, aliveUntil],
    );
    if (isNew) return;
    await change(
      `UPDATE "nodes" SET "beat" = $2, "aliveUntil" = $3, "isSettled" = FALSE WHERE "id" = $1`,
      [id, beat, aliveUntil],
    );
  }

  /**
   * Counts a node on, from the last beat that it knows of; false when the database does not know of that
   * one. An answer that was lost is no reason: then the beat is further than the node knows.
   */
  async function beat(
    id: string,
    { known, next }: { readonly known: number; readonly next: number },
    aliveUntil: number,
  ): Promise<boolean> {
    const counted = await change(
      `UPDATE "nodes" SET "beat" = $3, "aliveUntil" = $4, "isSettled" = FALSE
       WHERE "id" = $1 AND "beat" >= $2`,
      [id, known, next, aliveUntil],
    );
    return counted === 1;
  }

  async function findBeat(id: string): Promise<number | undefined> {
    const [row] = await select(`SELECT "beat" FROM "nodes" WHERE "id" = $1`, [id]);
    return row && Number(row['beat']);
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

  /** The nodes that may have left something undone: all but `self` and those that are settled. */
  async function listUnsettled(self: string): Promise<Node[]> {
    const rows = await select(
      `SELECT "id", "process", "aliveUntil" FROM "nodes" WHERE "isSettled" = FALSE AND "id" <> $1`,
      [self],
    );
    return rows.map(toNode);
  }

  /** Notes that a dead node has left nothing undone, unless it has come to life since it was read. */
  async function markSettled({ id, aliveUntil }: Node): Promise<void> {
    await change(`UPDATE "nodes" SET "isSettled" = TRUE WHERE "id" = $1 AND "aliveUntil" = $2`, [
      id,
      aliveUntil,
    ]);
  }

  /** Whether one of these challenges, which were used up, can be used again. */
  async function isAnyLive(challengeIds: readonly number[]): Promise<boolean> {
    if (challengeIds.length === 0) return false;
    const rows = await select(
      `SELECT "id" FROM "otp_logs" WHERE "status" = 'sent'
         AND "id" IN (${placeholders(challengeIds.length)}) LIMIT 1`,
      [...challengeIds],
    );
    return rows.length > 0;
  }

  /** Forgets nodes that were alive last before `before`; what they remember is out of date. */
  async function prune(before: number): Promise<number> {
    return change(`DELETE FROM "nodes" WHERE "isSettled" = TRUE AND "aliveUntil" < $1`, [before]);
  }

  return {
    ...{ register, beat, findBeat, findLastSign, listAlive },
    ...{ listUnsettled, markSettled, isAnyLive, prune },
  };
}

function toNode(row: Row): Node {
  return {
    id: String(row['id']),
    process: String(row['process']),
    aliveUntil: Number(row['aliveUntil']),
  };
}
