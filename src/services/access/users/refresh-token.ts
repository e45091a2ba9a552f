import { digestOf, isSameSecret, type SecretKey } from '../../../lib/crypto/secrets.ts';

/** Which login a refresh token is of, and how often that had been refreshed when it was given out. */
export type Generation = { readonly familyId: string; readonly generation: number };

type Keys = { readonly current: SecretKey; readonly previous: SecretKey | undefined };

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;

/** `wvr_<version of the secret key>.<family>.<generation>.<mac>` */
const TOKEN = /^wvr_([0-9a-f]{8})\.([\w-]{16,48})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/;

/**
 * Refresh tokens that are derived, not drawn: whoever knows the login and its generation makes the
 * same one again, so that none has to be stored, and a lost answer can be given once more.
 */
export function createRefreshTokens({ current, previous }: Keys) {
  const known = previous === undefined ? [current] : [previous, current];
  const keys = new Map(known.map((key) => [key.version, key.derive('refresh-token')]));
  const ownKey = current.derive('refresh-token');

  function write({ familyId, generation }: Generation): string {
    const named = `${familyId}.${generation}`;
    return `wvr_${current.version}.${named}.${digestOf(named, ownKey)}`;
  }

  /** What a token says that was made here; undefined for every other. It may have been used since. */
  function read(token: string): Generation | undefined {
    const [, version = '', familyId = '', generation = '', mac = ''] = TOKEN.exec(token) ?? [];
    const key = keys.get(version);
    if (!key || !isSameSecret(mac, digestOf(`${familyId}.${generation}`, key))) return undefined;
    return { familyId, generation: Number(generation) };
  }

  return { write, read };
}
