import type { GrantedScope, KeyMode, KeyRestrictions } from './permissions.ts';

export const keyStates = ['active', 'expired', 'revoked'] as const;
export type KeyState = (typeof keyStates)[number];

/** What a key may do. Fixed at creation; only its expiry can change, and only to an earlier time. */
export type KeyPermissions = {
  readonly mode: KeyMode;
  readonly scopes: readonly GrantedScope[];
  readonly restrictions: KeyRestrictions;
};

/** An API key without its secret, as shown to those who manage keys in the account. */
export type ApiKey = KeyPermissions & {
  /** The public id, which is not a credential. */
  readonly keyId: string;
  readonly accountId: string;
  readonly name: string;
  /** The first characters of the secret, so that people can tell their keys apart. */
  readonly prefix: string;
  /** Who created it: `bootstrap`, `key:…` or `user:…`. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  /** The key that replaced it. */
  readonly rotatedTo: string | undefined;
  /** The first key in a chain of rotations; undefined for that key itself. */
  readonly lineageId: string | undefined;
};

/** The state of a key at `now`. A key expires at its time, even if no row was updated. */
export function keyStateAt({ revokedAt, restrictions }: ApiKey, now: Date): KeyState {
  if (revokedAt) return 'revoked';
  return restrictions.expiresAt && restrictions.expiresAt <= now ? 'expired' : 'active';
}
