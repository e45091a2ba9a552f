import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuardedClient } from '../../../src/lib/guarded-http/guarded-client.ts';
import { respond, startTarget, type Target } from '../../support/guarded-http/target.ts';
import { createAuthority, issue } from '../../support/process/tls-authority.ts';

describe('an endpoint with TLS', () => {
  let folder: string;
  let target: Target;
  let client: ReturnType<typeof createGuardedClient>;
  const allowed = { allowedNetworks: ['127.0.0.1'], resolve: async () => ['127.0.0.1'] };
  const post = (
    host: string,
    { port, by = client, timeoutMs = 10_000 } = { port: target.port } as Way,
  ) => by.post({ url: `https://${host}:${port}/hooks`, headers: {}, body: '{}', timeoutMs });
  type Way = { readonly port: number; readonly by?: typeof client; readonly timeoutMs?: number };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waverify-guarded-'));
    const ca = readFileSync(createAuthority(folder, 'authority'), 'utf8');
    const { cert, key } = issue(folder, 'authority', 'hooks', 'DNS:hooks.example.com,IP:127.0.0.1');
    target = await startTarget({
      host: '127.0.0.1',
      behave: respond(200, [], 'secure'),
      tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
    });
    client = createGuardedClient({ ...allowed, ca });
  });
  afterAll(async () => {
    await Promise.all([client.close(), target.close()]);
    rmSync(folder, { recursive: true });
  });

  it('is called by the name or the address in its certificate', async () => {
    for (const host of ['hooks.example.com', 'HOOKS.example.com.', '127.0.0.1']) {
      expect(await post(host), host).toMatchObject({ status: 200, excerpt: 'secure' });
    }
    expect(target.requests.every((request) => request.startsWith('POST /hooks '))).toBe(true);
  });

  it('is sent nothing if its certificate is for another host', async () => {
    const before = target.requests.length;
    expect(await post('other.example.com')).toMatchObject({
      kind: 'failed',
      code: 'tls',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    expect(target.requests.length).toBe(before);
  });

  it('is sent nothing if no known authority signed its certificate', async () => {
    const before = target.requests.length;
    const by = createGuardedClient(allowed);
    const result = await post('hooks.example.com', { port: target.port, by });
    expect(result).toMatchObject({ kind: 'failed', code: 'tls' });
    expect(target.requests.length).toBe(before);
    await by.close();
  });

  it('has an error of TLS if it does not speak it', async () => {
    const plain = await startTarget({ host: '127.0.0.1' });
    const result = await post('hooks.example.com', { port: plain.port });
    expect(result).toMatchObject({ kind: 'failed', code: 'tls' });
    await plain.close();
  });

  it('has a timeout, in time, if the handshake does not end', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    const startedAt = performance.now();
    const result = await post('hooks.example.com', { port: address.port, timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'failed', code: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(3000);
    silent.close();
  });
});
