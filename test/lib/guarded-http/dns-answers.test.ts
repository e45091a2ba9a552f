import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGuardedClient } from '../../../src/lib/guarded-http/guarded-client.ts';
import { createHostResolver } from '../../../src/lib/guarded-http/host-resolver.ts';
import { startDnsServer } from '../../support/guarded-http/dns-server.ts';
import { respond, startTarget, type Target } from '../../support/guarded-http/target.ts';

type Client = ReturnType<typeof createGuardedClient>;

const post = (client: Client, url: string, timeoutMs = 5000) =>
  client.post({ url, headers: {}, body: '{}', timeoutMs });

describe('a name with a forbidden address', () => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget();
  });
  afterAll(() => target.close());

  it.each([
    ['127.0.0.1'],
    ['127.8.8.8'],
    ['0.0.0.0'],
    ['::1'],
    ['::'],
    ['::ffff:127.0.0.1'],
    ['::ffff:7f00:1'],
    ['::127.0.0.1'],
    ['8.8.8.8', '127.0.0.1'],
    ['127.0.0.1', '8.8.8.8'],
    ['2606:4700:4700::1111', '::1'],
    ['2606:4700:4700::1111', '8.8.8.8', '8.8.4.4', '10.0.0.1'],
    ['10.0.0.1'],
    ['192.168.1.1'],
    ['172.20.0.1'],
    ['100.64.0.1'],
    ['169.254.169.254'],
    ['168.63.129.16'],
    ['fd00:ec2::254'],
    ['fe80::1'],
    ['fe80::1%lo'],
    ['::1%lo'],
    ['2606:4700:4700::1111%lo'],
    ['64:ff9b::7f00:1'],
    ['64:ff9b:1::7f00:1'],
    ['2002:7f00:1::'],
    ['2001:0:7f00:1::'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['0177.0.0.1'],
    ['2130706433'],
    ['localhost'],
    [''],
  ])('%j is not called', async (...addresses) => {
    const resolve = async () => addresses;
    const client = createGuardedClient({ allowedNetworks: [], resolve });
    const result = await post(client, `https://hooks.example.com:${target.port}/`);
    expect(result).toEqual({ kind: 'refused', message: expect.any(String) });
    expect(target.connections()).toBe(0);
    // It would reveal our network to a customer.
    expect(JSON.stringify(result)).not.toMatch(/\d+\.\d+\.\d+|::/);
    await client.close();
  });

  it('is not called in a network that is not allowed', async () => {
    const resolve = async () => ['10.0.0.1', '127.0.0.1'];
    const client = createGuardedClient({ allowedNetworks: ['10.0.0.0/8'], resolve });
    const result = await post(client, `http://hooks.example.com:${target.port}/`);
    expect(result.kind).toBe('refused');
    expect(target.connections()).toBe(0);
    await client.close();
  });
});

describe('a name whose addresses are permitted', () => {
  /** 127.0.0.2 and .3 play the internet, 127.0.0.1 our network, all on the same port. */
  let outside: Target;
  let moved: Target;
  let inside: Target;
  let answers: readonly (readonly string[])[] = [];
  let queries = 0;
  let client: Client;
  const urlOf = (name = 'hooks.example.com') => `http://${name}:${outside.port}/`;

  beforeAll(async () => {
    outside = await startTarget({ host: '127.0.0.2', behave: respond(202) });
    moved = await startTarget({ host: '127.0.0.3', port: outside.port });
    inside = await startTarget({ host: '127.0.0.1', port: outside.port });
  });
  afterAll(async () => {
    await Promise.all([outside, moved, inside].map((target) => target.close()));
  });
  beforeEach(() => {
    queries = 0;
    client = createGuardedClient({
      allowedNetworks: ['127.0.0.2/31'],
      resolve: async () => {
        const answer = answers[Math.min(queries, answers.length - 1)] ?? [];
        queries += 1;
        return answer;
      },
    });
    return () => client.close();
  });

  it('is called at the address that was checked, which no other lookup can change', async () => {
    answers = [['127.0.0.2'], ['127.0.0.1']];
    const before = outside.requests.length;
    // The lookup of the system says 127.0.0.1 for this name, and does not know the other.
    for (const name of ['app.localhost.example', 'hooks.example.com']) {
      queries = 0;
      expect(await post(client, urlOf(name))).toMatchObject({ kind: 'response', status: 202 });
      expect(queries).toBe(1);
    }
    expect(outside.requests.length).toBe(before + 2);
    expect(inside.connections()).toBe(0);
  });

  it('is checked again by each request, even if there is a connection', async () => {
    answers = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2', '127.0.0.1'], ['127.0.0.2']];
    const kinds: string[] = [];
    for (let request = 0; request < 4; request += 1) kinds.push((await post(client, urlOf())).kind);
    expect(kinds).toEqual(['response', 'refused', 'refused', 'response']);
    expect(inside.connections()).toBe(0);
  });

  it('is checked by simultaneous requests, each with its own answer', async () => {
    answers = Array.from({ length: 40 }, (_, index) => [index % 2 ? '127.0.0.1' : '127.0.0.2']);
    const results = await Promise.all(answers.map(() => post(client, urlOf())));
    expect(results.filter(({ kind }) => kind === 'response')).toHaveLength(20);
    expect(results.filter(({ kind }) => kind === 'refused')).toHaveLength(20);
    expect(inside.connections()).toBe(0);
  });

  it('is called at its new address at once after it has moved', async () => {
    answers = [['127.0.0.2'], ['127.0.0.3']];
    expect(await post(client, urlOf())).toMatchObject({ status: 202 });
    expect(await post(client, urlOf())).toMatchObject({ status: 204 });
    expect(moved.requests).toHaveLength(1);
  });

  it('is called at its second address if the first does not respond', async () => {
    const closed = createGuardedClient({
      allowedNetworks: ['127.0.0.0/29'],
      resolve: async () => ['127.0.0.5', '127.0.0.2'],
    });
    expect(await post(closed, urlOf())).toMatchObject({ status: 202 });
    await closed.close();
  });

  it('is not called without TLS, or on port 80, if an address is outside the allowed networks', async () => {
    answers = [['127.0.0.2', '8.8.8.8']];
    const before = outside.connections();
    for (const url of [urlOf(), 'http://hooks.example.com/', 'https://hooks.example.com:80/']) {
      expect((await post(client, url)).kind, url).toBe('refused');
    }
    expect(outside.connections()).toBe(before);
  });

  it('fails if it has none, or the resolver fails or is late', async () => {
    answers = [[]];
    expect(await post(client, urlOf())).toMatchObject({ kind: 'failed', code: 'dns' });
    const failing = createGuardedClient({
      allowedNetworks: ['127.0.0.2'],
      resolve: async () => Promise.reject(new Error('out of sockets')),
    });
    expect(await post(failing, urlOf())).toMatchObject({ kind: 'failed', code: 'dns' });
    const late = createGuardedClient({
      allowedNetworks: ['127.0.0.2'],
      resolve: () => new Promise(() => {}),
    });
    const result = await post(late, urlOf(), 200);
    expect(result).toMatchObject({ kind: 'failed', code: 'timeout' });
    expect(result).toHaveProperty(
      'milliseconds',
      expect.toSatisfy((ms) => ms > 200 - 10 && ms < 3000),
    );
  });
});

describe('the resolver', () => {
  let dns: Awaited<ReturnType<typeof startDnsServer>>;
  const resolverOf = (knowsLocalNames: boolean) =>
    createHostResolver({ knowsLocalNames, servers: [dns.server] });
  const { signal } = new AbortController();

  beforeAll(async () => {
    dns = await startDnsServer({
      'both.example.com': ['8.8.8.8', '2606:4700:4700::1111', '8.8.4.4'],
      'four.example.com': ['8.8.8.8'],
      'six.example.com': ['2606:4700:4700::1111'],
      'hidden.example.com': ['8.8.8.8', '::1'],
      'mapped.example.com': ['8.8.8.8', '::ffff:10.0.0.1'],
      'none.example.com': [],
      'silent.example.com': 'silent',
      'hooks.localhost': ['127.0.0.1'],
    });
  });
  afterAll(() => dns.close());

  it('returns the addresses of both kinds', async () => {
    const resolve = resolverOf(false);
    expect([...(await resolve('both.example.com', signal))].sort()).toEqual([
      '2606:4700:4700::1111',
      '8.8.4.4',
      '8.8.8.8',
    ]);
    expect(await resolve('four.example.com', signal)).toEqual(['8.8.8.8']);
    expect(await resolve('six.example.com', signal)).toEqual(['2606:4700:4700::1111']);
  });

  it('shows the client addresses that hide among public ones', async () => {
    const target = await startTarget();
    const client = createGuardedClient({ allowedNetworks: [], resolve: resolverOf(false) });
    for (const name of ['hidden.example.com', 'mapped.example.com']) {
      expect((await post(client, `https://${name}:${target.port}/`)).kind).toBe('refused');
    }
    expect(target.connections()).toBe(0);
    await Promise.all([client.close(), target.close()]);
  });

  it('fails if DNS does not know the name or has no address', async () => {
    const client = createGuardedClient({ allowedNetworks: [], resolve: resolverOf(false) });
    for (const name of ['unknown.example.com', 'none.example.com']) {
      expect(await post(client, `https://${name}/`)).toMatchObject({ kind: 'failed', code: 'dns' });
    }
    await client.close();
  });

  it('asks the system for names that DNS does not know, only if there may be local ones', async () => {
    await expect(resolverOf(false)('localhost', signal)).rejects.toThrow();
    expect(await resolverOf(true)('localhost', signal)).toContain('127.0.0.1');
    expect(dns.queries).toContain('localhost');
  });

  it('stops waiting for a silent server when the time is over', async () => {
    const client = createGuardedClient({ allowedNetworks: [], resolve: resolverOf(true) });
    const startedAt = performance.now();
    const result = await post(client, 'https://silent.example.com/', 300);
    expect(result).toMatchObject({ kind: 'failed', code: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(2500);
    const over = AbortSignal.timeout(300);
    await expect(resolverOf(true)('silent.example.com', over)).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2500);
    await client.close();
  });
});
