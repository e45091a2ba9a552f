import { bigint, integer, primaryKey } from '../../columns.ts';
import { table } from '../../table.ts';

/** The one row counts how often an older database was put in the place of this one. */
export class Epoch extends table('epochs', {
  id: primaryKey(integer),
  number: integer,
  // Milliseconds since 1970.
  startedAt: bigint,
}) {}
