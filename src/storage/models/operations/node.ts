import {
  bigint,
  boolean,
  integer,
  nullable,
  primaryKey,
  string,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

/** A process that serves the database. Times are milliseconds since 1970. */
export class Node extends table('nodes', {
  id: primaryKey(string(16)),
  // A name by which other processes on the same machine can tell whether this one is dead.
  process: string(36),
  host: string(255),
  processId: integer,
  startedAt: bigint,
  version: string(32),
  // The last successful write of this node.
  seenAt: bigint,
  // Until when it counts as alive without another write; equal to `seenAt` after it has left.
  aliveUntil: bigint,
  // Increases while the node runs. If it is lower than the node remembers, the database was restored.
  beat: bigint,
  // Whether the unfinished work of a dead node is settled.
  isSettled: withDefault(boolean, false),
  // The versions of its secret keys, the current one first, separated by commas.
  secretVersions: nullable(string(32)),
}) {}
