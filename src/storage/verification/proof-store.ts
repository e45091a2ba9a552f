import type { Database } from '../database.ts';
import { placeholders } from '../statement.ts';

export type ProofStore = ReturnType<typeof createProofStore>;

/** Stores which proofs of verification were redeemed, for as long as they could be redeemed again. */
export function createProofStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Redeems a proof; true once. The unique ID decides between parallel callers. */
  function redeem(proofId: string, expiresAt: Date): Promise<boolean> {
    return models.RedeemedProof.insertRow({ proofId, expiresAt });
  }

  /** Deletes up to `batch` proofs that expired before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "proofId" FROM "redeemed_proofs" WHERE "expiresAt" < $1 ORDER BY "expiresAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "redeemed_proofs" WHERE "proofId" IN (${placeholders(old.length)})`,
      old.map((row) => String(row['proofId'])),
    );
  }

  return { redeem, prune };
}
