import { reach, readFailure } from './failure.ts';
import type { TokenPair } from './types.ts';

type Credentials =
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'person';
      readonly access: string;
      readonly refresh: string;
      /** Milliseconds since 1970. */
      readonly renewAt: number;
    };

/** The header with the credentials. */
type Shown = Readonly<Record<string, string>>;

const PLACE = 'waverify.credentials';

/** How long before its expiry an access token is refreshed. */
const MARGIN_MS = 30_000;

/**
 * The credentials of this tab. sessionStorage ends with the tab, and other tabs cannot read it. A
 * foreign script in the page could read it, but could misuse a cookie as well. The security policy of
 * the page prevents such scripts.
 */
function createCredentials(storage: Storage) {
  let current = read(storage);
  let renewal: Promise<void> | undefined;
  let onLost = () => {};

  function keep(next: Credentials | undefined): void {
    current = next;
    if (next) storage.setItem(PLACE, JSON.stringify(next));
    else storage.removeItem(PLACE);
  }

  /** One refresh at a time, because a refresh token is valid once. */
  function renew(): Promise<void> {
    renewal ??= exchange().finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  async function exchange(): Promise<void> {
    const old = current;
    if (old?.kind !== 'person') return;
    const response = await post('/api/auth/refresh', { refreshToken: old.refresh });
    const next = response.ok && (await readPair(response));
    if (current !== old) return; // Signed out in the meantime.
    if (next) return keep(next);
    if (response.status === 401 || response.status === 400) lose();
    throw await readFailure(response);
  }

  function lose(): void {
    keep(undefined);
    onLost();
  }

  /** Returns the header with the credentials. @throws {Failure} when a login could not be refreshed. */
  async function header(): Promise<Shown> {
    if (current?.kind === 'person' && Date.now() > current.renewAt) await renew();
    return current ? toHeader(current) : {};
  }

  /** Handles a 401 for the credentials that were sent. Returns whether to retry. */
  async function recover(shown: Shown): Promise<boolean> {
    if (current?.kind !== 'person') lose();
    // Another call may have refreshed them since.
    else if (toHeader(current)['Authorization'] === shown['Authorization']) await renew();
    return current !== undefined;
  }

  async function signIn(email: string, password: string): Promise<void> {
    keep(await logIn(email, password));
  }

  async function signOut(): Promise<void> {
    const left = current;
    keep(undefined);
    if (left?.kind === 'person') await post('/api/auth/logout', { refreshToken: left.refresh });
  }

  return {
    header,
    recover,
    signIn,
    signOut,
    forget: () => keep(undefined),
    useKey: (key: string) => keep({ kind: 'key', key }),
    exist: () => current !== undefined,
    whenLost: (listener: () => void) => {
      onLost = listener;
    },
  };
}

export const credentials = createCredentials(sessionStorage);

function toHeader(shown: Credentials): Shown {
  if (shown.kind === 'key') return { 'X-API-Key': shown.key };
  return { Authorization: `Bearer ${shown.access}` };
}

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return reach(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function logIn(email: string, password: string): Promise<Credentials> {
  const response = await post('/api/auth/login', { email, password });
  if (response.ok) return readPair(response);
  throw await readFailure(response);
}

async function readPair(response: Response): Promise<Credentials> {
  const { data } = (await response.json()) as { readonly data: TokenPair };
  const renewAt = Date.now() + data.expiresIn * 1000 - MARGIN_MS;
  return { kind: 'person', access: data.accessToken, refresh: data.refreshToken, renewAt };
}

function read(storage: Storage): Credentials | undefined {
  try {
    return (JSON.parse(storage.getItem(PLACE) ?? 'null') as Credentials | null) ?? undefined;
  } catch {
    return undefined;
  }
}
