import type { Database } from '../database.ts';
import { Node as NodeModel } from '../models/operations/node.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import { placeholders } from '../statement.ts';
import type { Selected } from '../table.ts';

const whole = NodeModel.pick(
  ...(['id', 'process', 'host', 'processId', 'startedAt', 'version', 'secretVersions'] as const),
);
const sign = NodeModel.pick('id', 'process', 'aliveUntil');
const beatOf = NodeModel.pick('beat');
const aliveNode = NodeModel.pick('id', 'process', 'host', 'secretVersions');
const verificationId = OTPLog.pick('id');

/** A process that serves the database. `process` is its name from lib/process-identity.ts. */
export type Node = Omit<Selected<typeof whole>, 'startedAt'> & { readonly startedAt: Date };

/** A node that is alive, and the versions of its secret keys, if it tells. */
export type AliveNode = Selected<typeof aliveNode>;

/** The last sign of life of a node. */
export type LastSign = Selected<typeof sign>;

/** Both in milliseconds since 1970. When a node leaves, `aliveUntil` is now. */
export type SignTimes = { readonly now: number; readonly aliveUntil: number };

export type NodeStore = ReturnType<typeof createNodeStore>;

/** Stores which processes serve the database, with the last write and the current beat of each. */
export function createNodeStore({ statements, models }: Pick<Database, 'statements' | 'models'>) {
  const { select, change } = statements;

  /** Stores a node that has started, or updates its row. @throws when the database accepts no writes. */
  async function register(node: Node, beat: number, times: SignTimes): Promise<void> {
    const isNew = await models.Node.insertRow({
      ...node,
      startedAt: node.startedAt.getTime(),
      beat,
      seenAt: times.now,
      aliveUntil: times.aliveUntil,
      isSettled: false,
    });
    if (!isNew) await write(node.id, { known: 0, next: beat }, times);
  }

  /**
   * Advances the beat of a node; false if the stored beat is lower than `known`, the last one that the
   * node knows of. It can be higher, because the answer to a write can be lost.
   * @throws when the database accepts no writes.
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

  /** Finds the nodes that were seen since `time` and have not left. */
  async function findSeen(time: Date): Promise<Node[]> {
    const rows = await select(
      `SELECT ${whole.columns} FROM "nodes"
       WHERE "seenAt" >= $1 AND "aliveUntil" > "seenAt"`,
      [time.getTime()],
    );
    return rows.map(whole.decode).map((row) => ({ ...row, startedAt: new Date(row.startedAt) }));
  }

  /** Finds the time until which any node was alive; undefined if there never was a node. */
  async function findLastSign(): Promise<number | undefined> {
    const [row] = await select(`SELECT MAX("aliveUntil") AS "last" FROM "nodes"`, []);
    const last = row?.['last'];
    return last === null || last === undefined ? undefined : Number(last);
  }

  /** Lists the nodes that are alive. */
  async function listAliveNodes(now: Date): Promise<AliveNode[]> {
    const rows = await select(`SELECT ${aliveNode.columns} FROM "nodes" WHERE "aliveUntil" > $1`, [
      now.getTime(),
    ]);
    return rows.map(aliveNode.decode);
  }

  /** Lists the nodes that may have left unfinished work: all but `self` and those that are settled. */
  async function listUnsettled(self: string): Promise<LastSign[]> {
    const rows = await select(
      `SELECT ${sign.columns} FROM "nodes" WHERE "isSettled" = FALSE AND "id" <> $1`,
      [self],
    );
    return rows.map(sign.decode);
  }

  /** Records that the work of a dead node is settled, unless the node has written since it was read. */
  async function markSettled({ id, aliveUntil }: LastSign): Promise<void> {
    await change(`UPDATE "nodes" SET "isSettled" = TRUE WHERE "id" = $1 AND "aliveUntil" = $2`, [
      id,
      aliveUntil,
    ]);
  }

  /** Whether one of these verifications, which have all been used, is live again. */
  async function isAnyLive(verificationIds: readonly number[]): Promise<boolean> {
    if (verificationIds.length === 0) return false;
    const rows = await select(
      `SELECT ${verificationId.columns} FROM "otp_logs" WHERE "status" = 'sent'
         AND "id" IN (${placeholders(verificationIds.length)}) LIMIT 1`,
      [...verificationIds],
    );
    return rows.length > 0;
  }

  /** Deletes settled nodes that were last alive before `before`; returns how many. */
  async function prune(before: number): Promise<number> {
    return change(`DELETE FROM "nodes" WHERE "isSettled" = TRUE AND "aliveUntil" < $1`, [before]);
  }

  return {
    ...{ register, write, findBeat, findSeen, findLastSign, listAliveNodes },
    ...{ listUnsettled, markSettled, isAnyLive, prune },
  };
}
