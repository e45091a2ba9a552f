import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import type { Snapshot } from './snapshot.ts';
import { sqlite } from './sqlite.ts';

/** Snapshots by dialect. */
export const snapshots: Readonly<Record<string, Snapshot>> = { mysql, postgres, sqlite };
