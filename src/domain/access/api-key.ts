import type { GrantedScope, KeyMode, KeyRestrictions } from './permissions.ts';

export const keyStates = ['active', 'expired', 'revoked'] as const;
export type KeyState = (typeof keyStates)[number];

/** What a key may do. It is given once: nothing but its end can change, and only to come earlier. */
export type KeyPermissions = {
  readonly mode: KeyMode;
  readonly scopes: readonly GrantedScope[];
  readonly restrictions: KeyRestrictions;
};

/** A key of an account, as all may know it who manage keys there. */
export type ApiKey = KeyPermissions & {
  /** Its public name; it opens nothing. */
  readonly keyId: string;
  readonly accountId: string;
  readonly name: string;
  /** The first characters of the secret, by which people tell their keys apart. */
  readonly prefix: string;
  /** Who made it: `bootstrap`, `key:…` or `user:…`. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  /** The key that was made in its place. */
  readonly rotatedTo: string | undefined;
  /** The first of the keys that replaced each other; undefined for that one itself. */
  readonly lineageId: string | undefined;
};

/** A key is over at its time, also when nobody has looked since. */
export function keyStateAt({ revokedAt, restrictions }: ApiKey, now: Date): KeyState {
  if (revokedAt) return 'revoked';
  return restrictions.expiresAt && restrictions.expiresAt <= now ? 'expired' : 'active';
}
