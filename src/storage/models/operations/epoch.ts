import { bigint, integer, primaryKey } from '../../columns.ts';
import { table } from '../../table.ts';

/** Its only row counts how often the database was restored from a backup. */
export class Epoch extends table('epochs', {
  id: primaryKey(integer),
  number: integer,
  // Milliseconds since 1970.
  startedAt: bigint,
}) {}
