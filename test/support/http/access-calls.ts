import { rootCaller } from '../../../src/domain/access/caller.ts';
import type {
  GrantedScope,
  KeyMode,
  KeyRestrictions,
} from '../../../src/domain/access/permissions.ts';
import { createKey as createKeyOfCaller } from '../../../src/services/access/api-keys/manage-keys.ts';
import { type Answer, API_KEY } from './client.ts';
import type { Harness } from './harness.ts';

type Headers = Readonly<Record<string, string>>;

type Call = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer;
};

/** A key as the answer that made it tells of it, with its secret. */
export type ShownKey = {
  readonly keyId: string;
  readonly secret: string;
  readonly [field: string]: unknown;
};

export type AccessCalls = ReturnType<typeof createAccessCalls>;

/** Calls with other credentials than the key of the environment, and the routes of keys. */
export function createAccessCalls(h: Pick<Harness, 'client' | 'keys'>) {
  const bootstrap: Headers = { 'x-api-key': API_KEY };

  /** Calls that show `secret` as an API key, and `headers` with every one. */
  function as(secret: string, headers: Headers = {}) {
    const own = { 'x-api-key': secret, ...headers };
    const call = (request: Call) =>
      h.client.call({ ...request, headers: { ...own, ...request.headers } });
    const withBody =
      (method: string) =>
      (path: string, body: unknown, more: Headers = {}) =>
        call({
          method,
          path,
          headers: { 'content-type': 'application/json', ...more },
          body: JSON.stringify(body),
        });
    return {
      call,
      get: (path: string, more: Headers = {}) => call({ method: 'GET', path, headers: more }),
      delete: (path: string) => call({ method: 'DELETE', path }),
      post: withBody('POST'),
      put: withBody('PUT'),
      patch: withBody('PATCH'),
      keys: keyCalls({ call, post: withBody('POST') }),
    };
  }

  const owner = as(API_KEY);

  /** Makes a key as the holder of the key of the environment, or as who shows `headers`. */
  async function createKey(
    fields: Readonly<Record<string, unknown>>,
    headers: Headers = bootstrap,
  ): Promise<ShownKey> {
    const answer = await owner.post('/api/keys', { name: 'of a test', ...fields }, headers);
    return readKey(answer);
  }

  /** Makes a key of another account, which nobody has to have been in before. */
  async function createKeyOf(
    accountId: string,
    fields: {
      readonly scopes: readonly GrantedScope[];
      readonly mode?: KeyMode;
      readonly restrictions?: KeyRestrictions;
    },
  ): Promise<ShownKey> {
    const from = { ipAddress: '192.0.2.1', userAgent: undefined };
    const { key, secret } = await createKeyOfCaller(
      h.keys,
      { ...rootCaller(from), accountId },
      { name: `of ${accountId}`, mode: 'live', restrictions: {}, ...fields },
    );
    return { keyId: key.keyId, secret };
  }

  return { bootstrap, as, createKey, createKeyOf, ...owner.keys };
}

type Calls = {
  call(request: Call): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
};

function keyCalls({ call, post }: Calls) {
  const at = (keyId: string) => `/api/keys/${keyId}`;
  return {
    make: (fields: Readonly<Record<string, unknown>>) =>
      post('/api/keys', { name: 'of a test', scopes: ['*'], ...fields }),
    list: (query = '') => call({ method: 'GET', path: `/api/keys${query}` }),
    find: (keyId: string) => call({ method: 'GET', path: at(keyId) }),
    rotate: (keyId: string, fields: Readonly<Record<string, unknown>> = {}) =>
      post(`${at(keyId)}/rotate`, fields),
    revoke: (keyId: string) => call({ method: 'DELETE', path: at(keyId) }),
  };
}

/** @throws when no key was made. */
export function readKey({ status, body, raw }: Answer): ShownKey {
  if (status !== 201) throw new Error(`no key was made: ${status} ${raw}`);
  return body.data as ShownKey;
}
