import { named } from '../statement.ts';

/** No other node works on it. */
const IS_FREE = `("claimedUntil" IS NULL OR "claimedUntil" <= :now)`;
const SET_CLAIM = `"claimedBy" = :nodeId, "claimedUntil" = :until`;

export const CLAIM = named<'id' | 'nodeId' | 'until' | 'now'>(
  `UPDATE "deliveries" SET ${SET_CLAIM} WHERE "id" = :id AND "dueAt" <= :now AND ${IS_FREE}`,
);

/** The claim makes the step due, so that another node continues if this one dies. */
export const CLAIM_EARLY = named<'id' | 'nodeId' | 'until' | 'now' | 'staleBefore'>(
  `UPDATE "deliveries" SET ${SET_CLAIM}, "dueAt" = :until
   WHERE "id" = :id AND "status" <> 'failed' AND ("status" <> 'sending' OR "createdAt" < :staleBefore)
     AND ${IS_FREE}`,
);

const SET_RELEASED = `"dueAt" = NULL, "claimedBy" = NULL, "claimedUntil" = NULL, "updatedAt" = :now`;

export const RELEASE = named<'id' | 'nodeId' | 'now'>(
  `UPDATE "deliveries" SET ${SET_RELEASED} WHERE "id" = :id AND "claimedBy" = :nodeId`,
);

/** A receipt, or a newer send, makes it no longer due. */
export const RELEASE_DUE = named<'id' | 'nodeId' | 'now'>(
  `UPDATE "deliveries" SET ${SET_RELEASED}
   WHERE "id" = :id AND "claimedBy" = :nodeId AND "dueAt" IS NOT NULL`,
);
