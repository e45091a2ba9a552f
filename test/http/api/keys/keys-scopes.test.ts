import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessCalls, createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

let h: Harness;
let access: AccessCalls;

beforeAll(async () => {
  h = await createHarness();
  access = createAccessCalls(h);
});
afterAll(() => h.close());

const PHONE = '+6281234567890';

type Call = { readonly method: string; readonly path: string; readonly body?: unknown };

const calls: Record<string, Call> = {
  send: { method: 'POST', path: '/api/otp/send', body: { phoneNumber: PHONE } },
  verify: { method: 'POST', path: '/api/otp/verify', body: { phoneNumber: PHONE, otp: '000000' } },
  status: { method: 'GET', path: '/api/otp/status/081234567890' },
  unlock: { method: 'POST', path: '/api/otp/unlock', body: { phoneNumber: PHONE } },
  sessions: { method: 'GET', path: '/api/sessions' },
  newSession: { method: 'POST', path: '/api/sessions', body: { sessionId: 'made' } },
  message: {
    method: 'POST',
    path: '/api/sessions/nobody/send-message',
    body: { to: PHONE, message: 'Hi' },
  },
  keys: { method: 'GET', path: '/api/keys' },
  ready: { method: 'GET', path: '/api/health/ready' },
  metrics: { method: 'GET', path: '/metrics' },
  docs: { method: 'GET', path: '/api/docs' },
};

/** What each scope opens of these; everything else is 403. */
const opened: [scope: string, names: readonly string[]][] = [
  ['otp:send', ['send', 'status', 'docs']],
  ['otp:verify', ['verify', 'status', 'docs']],
  ['sessions:manage', ['sessions', 'newSession', 'docs']],
  ['messages:send', ['message', 'docs']],
  ['analytics:read', ['sessions', 'docs']],
  ['keys:manage', ['keys', 'docs']],
  ['metrics:read', ['ready', 'metrics', 'docs']],
  ['*', Object.keys(calls).filter((name) => name !== 'ready' && name !== 'metrics')],
];

it.each(opened)(
  'a key with the scope %s opens what that is for, and nothing else',
  async (scope, names) => {
    const { secret } = await access.createKey({ scopes: [scope] });
    const own = access.as(secret);
    const open: string[] = [];
    for (const [name, { method, path, body }] of Object.entries(calls)) {
      const answer =
        body === undefined ? await own.call({ method, path }) : await own.post(path, body);
      if (answer.status === 403) expect(answer.body.code).toBe('forbidden');
      else open.push(name);
      expect(answer.status).not.toBe(401);
    }
    expect(open.sort()).toEqual([...names].sort());
    await h.client.call({
      method: 'DELETE',
      path: '/api/sessions/made',
      headers: access.bootstrap,
    });
  },
);

describe('the scope metrics:read', () => {
  const asked = { name: 'monitoring', scopes: ['metrics:read'] };

  it('is not in *, so that no account reads about others, and no account can give it', async () => {
    const { secret } = await access.createKey({ scopes: ['*'] });
    const shop = await access.createKeyOf('shop', { scopes: ['*'] });
    for (const own of [access.as(secret), access.as(shop.secret)]) {
      expect((await own.get('/metrics')).status).toBe(403);
      expect((await own.post('/api/keys', asked)).status).toBe(403);
    }
  });

  it('can be given by the bootstrap key, and by a key that has it', async () => {
    const scopes = ['metrics:read', 'keys:manage'];
    const { secret } = await access.createKey({ scopes });
    const made = await access.as(secret).post('/api/keys', asked);
    expect(made.status).toBe(201);
    const given = access.as(String(made.body.data?.['secret']));
    expect((await given.get('/metrics')).status).toBe(200);
  });

  it('can only be revoked and rotated by a caller who has it', async () => {
    const { keyId } = await access.createKey({ scopes: ['metrics:read'] });
    const { secret } = await access.createKey({ scopes: ['*'] });
    const others = access.as(secret);
    expect((await others.post(`/api/keys/${keyId}/rotate`, {})).status).toBe(403);
    expect((await others.delete(`/api/keys/${keyId}`)).status).toBe(403);
  });
});

describe('several scopes', () => {
  it('open what each of them does', async () => {
    const { secret } = await access.createKey({ scopes: ['otp:verify', 'keys:manage'] });
    const own = access.as(secret);
    expect((await own.get('/api/keys')).status).toBe(200);
    expect((await own.get('/api/otp/status/081234567890')).status).toBe(200);
    expect((await own.get('/api/sessions')).status).toBe(403);
  });
});
