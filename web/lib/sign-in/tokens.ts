import { reach, readFailure } from '../failure.ts';
import type { TokenPair } from '../types.ts';

/** A sign-in of this browser: an API key, or the tokens of a user. */
export type Credentials = {
  /** Drawn when someone signs in. Tabs with the same ID share a sign-in. */
  readonly id: string;
} & (
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'person';
      readonly access: string;
      readonly refresh: string;
      /** Milliseconds since 1970. */
      readonly renewAt: number;
    }
);

type Tokens = Extract<Credentials, { kind: 'person' }>;

/** The header with the credentials. */
export type Shown = Readonly<Record<string, string>>;

/** How long before its expiry an access token is refreshed. */
const MARGIN_MS = 30_000;

export function toHeader(shown: Credentials): Shown {
  if (shown.kind === 'key') return { 'X-API-Key': shown.key };
  return { Authorization: `Bearer ${shown.access}` };
}

/** A random ID for a sign-in. */
export function drawSignInId(): string {
  // Without TLS, browsers lack `randomUUID`.
  return String(crypto.getRandomValues(new Uint32Array(4)));
}

/** Logs a user in. @throws {Failure} */
export async function logIn(email: string, password: string): Promise<Tokens> {
  const response = await post('/api/auth/login', { email, password });
  if (response.ok) return readPair(response, drawSignInId());
  throw await readFailure(response);
}

/** Ends the login of these tokens. @throws {Failure} */
export async function logOut({ refresh }: Tokens): Promise<void> {
  await post('/api/auth/logout', { refreshToken: refresh });
}

/** Refreshes tokens; undefined if the login has ended. @throws {Failure} if the service cannot say. */
export async function refreshTokens({ refresh, id }: Tokens): Promise<Tokens | undefined> {
  const response = await post('/api/auth/refresh', { refreshToken: refresh });
  if (response.ok) return readPair(response, id);
  if (response.status === 401 || response.status === 400) return undefined;
  throw await readFailure(response);
}

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return reach(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function readPair(response: Response, id: string): Promise<Tokens> {
  const { data } = (await response.json()) as { readonly data: TokenPair };
  const renewAt = Date.now() + data.expiresIn * 1000 - MARGIN_MS;
  return { id, kind: 'person', access: data.accessToken, refresh: data.refreshToken, renewAt };
}
