import type { Caller } from '../../../domain/access/caller.ts';
import { seesRecipients } from '../../../domain/access/recipient-access.ts';
import { isEmailRecipient } from '../../../domain/recipient.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { ProofContext } from './context.ts';

type Verified = {
  readonly verification: Pick<Verification, 'verificationId' | 'phoneNumber' | 'purpose'>;
  readonly verifiedAt: Date;
};

type Options = {
  /** The address of this installation: `PUBLIC_URL`, or that of the request. */
  readonly issuer: string;
  /** When its lifetime begins. */
  readonly issuedAt: Date;
  /** The hosted page on which it was verified. */
  readonly pageId?: string;
};

/**
 * Signs a proof for a verification that has just succeeded; only its result may be passed. A caller who may send codes also
 * gets the number or address in it, in the claims of OpenID Connect Core 5.1.
 */
export function issueProof(
  { proofTokens }: Pick<ProofContext, 'proofTokens'>,
  caller: Caller,
  { verification, verifiedAt }: Verified,
  { issuer, issuedAt, pageId }: Options,
): Promise<string> {
  const { verificationId, phoneNumber: recipient, purpose } = verification;
  const claims = {
    ...{ issuer, audience: audienceOf(caller), accountId: caller.accountId },
    ...{ recipient, verificationId, purpose, verifiedAt, pageId },
    contact: seesRecipients(caller) ? toContact(recipient) : {},
  };
  return proofTokens.sign(claims, issuedAt);
}

/** A test number has a fixed code, so its proofs are for another audience. */
export function audienceOf({ accountId, mode }: Pick<Caller, 'accountId' | 'mode'>): string {
  return mode === 'test' ? `${accountId}:test` : accountId;
}

function toContact(recipient: string): Readonly<Record<string, string | boolean>> {
  return isEmailRecipient(recipient)
    ? { email: recipient, email_verified: true }
    : { phone_number: recipient, phone_number_verified: true };
}
