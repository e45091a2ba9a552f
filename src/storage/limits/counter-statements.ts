import { named } from '../statement.ts';

/** Subtracts one event from a counter that still counts it. */
export const REFUND_ONE = named<'limitKey' | 'intervalMs' | 'milliseconds'>(
  `UPDATE "rate_limits" SET "resetsAt" = "resetsAt" - :intervalMs
   WHERE "limitKey" = :limitKey AND "resetsAt" > :milliseconds`,
);

export const CLEAR_ONE = named<'limitKey'>(
  `DELETE FROM "rate_limits" WHERE "limitKey" = :limitKey`,
);
