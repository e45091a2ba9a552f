import type { Database } from './database.ts';

/** One process that serves the database. */
export type Node = {
  readonly id: string;
  readonly host: string;
  readonly processId: number;
  readonly startedAt: Date;
};

export type NodeStore = ReturnType<typeof createNodeStore>;

/** Keeps which processes serve the database, and when each of them last wrote to it. */
export function createNodeStore({ statements }: Pick<Database, 'statements'>) {
  const { select, change, insert } = statements;

  /** Writes that `node` is there. @throws when the database takes no write. */
  async function beat({ id, host, processId, startedAt }: Node, now: Date): Promise<void> {
    const touched = await change(`UPDATE "nodes" SET "seenAt" = $2 WHERE "id" = $1`, [
      id,
      now.getTime(),
    ]);
    if (touched > 0) return;
    await insert(
      `INSERT INTO "nodes" ("id", "host", "processId", "startedAt", "seenAt")
       VALUES ($1, $2, $3, $4, $5)`,
      [id, host, processId, startedAt.getTime(), now.getTime()],
    );
  }

  async function leave({ id }: Pick<Node, 'id'>): Promise<void> {
    await change('DELETE FROM "nodes" WHERE "id" = $1', [id]);
  }

  /** Forgets the nodes that were not seen since `time`. */
  async function forget(time: Date): Promise<void> {
    await change('DELETE FROM "nodes" WHERE "seenAt" < $1', [time.getTime()]);
  }

  /** The nodes that were seen since `time`. */
  async function findSeen(time: Date): Promise<Node[]> {
    const rows = await select(
      `SELECT "id", "host", "processId", "startedAt" FROM "nodes" WHERE "seenAt" >= $1`,
      [time.getTime()],
    );
    return rows.map((row) => ({
      id: String(row['id']),
      host: String(row['host']),
      processId: Number(row['processId']),
      startedAt: new Date(Number(row['startedAt'])),
    }));
  }

  return { beat, leave, forget, findSeen };
}
