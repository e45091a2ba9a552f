import { primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** A proof of verification that was redeemed. */
export class RedeemedProof extends table('redeemed_proofs', {
  // The claim `jti`.
  proofId: primaryKey(string(64)),
  expiresAt: time,
}) {}
