import { bigint, primaryKey, string } from '../../columns.ts';
import { table } from '../../table.ts';

/** A task that only one process may do until a certain time. */
export class Lease extends table('leases', {
  name: primaryKey(string(128)),
  owner: string(36),
  // Milliseconds since 1970.
  heldUntil: bigint,
}) {}

/** The lease that a write needs: nothing is written if another owner holds it. */
export type Fence = { readonly leaseName: string; readonly owner: string; readonly now: Date };
