import { bigint, boolean, integer, primaryKey, string, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** One process that serves the database. Times are milliseconds since 1970. */
export class Node extends table('nodes', {
  id: primaryKey(string(16)),
  // A name by which other processes of the same machine know that this one is dead.
  process: string(36),
  host: string(255),
  processId: integer,
  startedAt: bigint,
  version: string(32),
  // The last write of this node that came through.
  seenAt: bigint,
  // Until when it counts as alive without another write; `seenAt` once it has left.
  aliveUntil: bigint,
  // Counts up while the node runs. A database that has a lower one than the node remembers was restored.
  beat: bigint,
  // Whether what a dead node left undone is settled.
  isSettled: withDefault(boolean, false),
}) {}
