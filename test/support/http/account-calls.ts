import type {
  GrantedScope,
  KeyMode,
  KeyRestrictions,
} from '../../../src/domain/access/permissions.ts';
import { createAccessCalls } from './access-calls.ts';
import type { Harness } from './harness.ts';
import { createOtpCalls } from './otp-calls.ts';
import { createSessionCalls } from './session-calls.ts';
import { bearer, createPeopleCalls } from './users.ts';

type Grant = {
  readonly scopes?: readonly GrantedScope[];
  readonly mode?: KeyMode;
  readonly restrictions?: KeyRestrictions;
};

export type AccountCalls = Awaited<ReturnType<typeof createAccountCalls>>;

/** What a program of an account does with a key of its own, which may do all unless `grant` says less. */
export async function createAccountCalls(h: Harness, accountId: string, grant: Grant = {}) {
  const access = createAccessCalls(h);
  const { secret } = await access.createKeyOf(accountId, { scopes: ['*'], ...grant });
  const client = { ...h.client, ...access.as(secret) };
  return {
    accountId,
    secret,
    client,
    otp: createOtpCalls({ ...h, client }),
    sessions: createSessionCalls({ client }),
  };
}

/** The calls of a person who runs the installation and acts for no account. */
export async function createOperatorCalls(h: Harness) {
  const people = createPeopleCalls(h);
  const { email } = await people.makePerson({ role: 'ADMIN' });
  const { accessToken } = await people.enter(email);
  const headers = { ...bearer(accessToken), 'content-type': 'application/json' };
  const call = (method: string, path: string, body?: unknown) =>
    h.client.call({
      method,
      path,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown) => call('POST', path, body),
  };
}
