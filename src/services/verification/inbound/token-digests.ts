import { digestOf, type SecretKey } from '../../../lib/crypto/secrets.ts';

export type TokenDigests = ReturnType<typeof createTokenDigests>;

type Keys = { readonly current: SecretKey; readonly previous: SecretKey | undefined };

/** Long enough that two subjects never share one. */
const SUBJECT_LENGTH = 32;

/** Digests under which tokens are stored. Without the secret key, a table of them says nothing about the tokens. */
export function createTokenDigests({ current, previous }: Keys) {
  const keys = [current, ...(previous ? [previous] : [])].map((key) => key.derive('inbound-token'));
  const subjectKey = current.derive('inbound-place');

  /** The digests that a token may be stored under, that of the current secret key first. */
  function listOf(token: string): readonly string[] {
    return keys.map((key) => digestOf(token, key));
  }

  return {
    listOf,
    /** The digest under which a new token is stored. */
    of: (token: string): string => listOf(token)[0] ?? '',
    /** The name of a number or an address of an account among the places. */
    ofSubject: (kind: 'number' | 'address', accountId: string, subject: string): string =>
      digestOf(JSON.stringify([kind, accountId, subject]), subjectKey).slice(0, SUBJECT_LENGTH),
  };
}
