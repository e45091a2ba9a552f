import { bigint, primaryKey, string } from '../../columns.ts';
import { table } from '../../table.ts';

/** What one process only may do until a moment. */
export class Lease extends table('leases', {
  name: primaryKey(string(128)),
  owner: string(36),
  // Milliseconds since 1970.
  heldUntil: bigint,
}) {}

/** Who writes, by which lease: nothing is written once another holds it. */
export type Fence = { readonly leaseName: string; readonly owner: string; readonly now: Date };
