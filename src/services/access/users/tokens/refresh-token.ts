import { digestOf, isSameSecret, type SecretKey } from '../../../../lib/crypto/secrets.ts';

/** The login of a refresh token, and how often it had been refreshed when the token was issued. */
export type Generation = { readonly familyId: string; readonly generation: number };

type Keys = { readonly current: SecretKey; readonly previous: SecretKey | undefined };

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;

/** `wvr_<version of the secret key>.<family>.<generation>.<mac>` */
const TOKEN = /^wvr_([0-9a-f]{8})\.([\w-]{16,48})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/;

/**
 * Refresh tokens that are derived from the login and its generation, not random. So none has to be
 * stored, and a lost response can be repeated.
 */
export function createRefreshTokens({ current, previous }: Keys) {
  const known = previous === undefined ? [current] : [previous, current];
  const keys = new Map(known.map((key) => [key.version, key.derive('refresh-token')]));
  const ownKey = current.derive('refresh-token');

  function write({ familyId, generation }: Generation): string {
    const named = `${familyId}.${generation}`;
    return `wvr_${current.version}.${named}.${digestOf(named, ownKey)}`;
  }

  /** Reads a genuine token; undefined for any other text. The token may have been used before. */
  function read(token: string): Generation | undefined {
    const [, version = '', familyId = '', generation = '', mac = ''] = TOKEN.exec(token) ?? [];
    const key = keys.get(version);
    if (!key || !isSameSecret(mac, digestOf(`${familyId}.${generation}`, key))) return undefined;
    return { familyId, generation: Number(generation) };
  }

  return { write, read };
}
