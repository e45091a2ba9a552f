import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';

let h: Harness;
let proxy: Server;
let outside: ReturnType<typeof createClient>;

/** As nginx does for `location /otp/ { proxy_pass http://127.0.0.1:PORT/; }`; all else is somebody else's. */
function startProxy(): Promise<Server> {
  const { port } = h.server.address() as AddressInfo;
  const server = createServer((incoming, answer) => {
    const [, path] = /^[/]otp([/].*)$/.exec(incoming.url ?? '') ?? [];
    if (path === undefined) return void answer.writeHead(421).end();
    const { method, headers } = incoming;
    const passedOn = request({ port, path, method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    incoming.pipe(passedOn);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  h = await createHarness();
  proxy = await startProxy();
  outside = createClient(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
});
afterAll(async () => {
  outside.close();
  proxy.close();
  await h.close();
});

const HTML = { accept: 'text/html' };

describe('F25: the pages below a path of a proxy', () => {
  it.each([
    ['/otp/', 200],
    ['/otp/sessions', 200],
    ['/otp/sessions/shop', 200],
    ['/otp/codes/abc', 200],
    ['/otp/users', 200],
    ['/otp/settings', 200],
    ['/otp/profile', 200],
    ['/otp/demo', 200],
    ['/otp/verify/nothing', 404],
    ['/otp/nothing', 404],
    ['/otp/nothing/at/all', 404],
    ['/otp/api/docs', 200],
  ])('%s loads all of its files from there', async (path, expected) => {
    const page = await outside.get(path, HTML);
    expect(page.status).toBe(expected);
    const loaded = [...page.raw.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(
      ([, address = '']) => new URL(address, new URL(path, 'http://localhost')).pathname,
    );
    expect(loaded.length).toBeGreaterThan(1);
    for (const address of loaded) {
      const { status } = await outside.get(address);
      expect([address, status]).toEqual([address, 200]);
    }
  });

  it.each(['/otp/demo/', '/otp/api/docs/'])('%s leads to the page without the /', async (path) => {
    const { status, headers } = await outside.get(path, HTML);
    const target = new URL(headers['location'] ?? '', new URL(path, 'http://localhost')).pathname;
    expect([status, `${target}/`]).toEqual([308, path]);
  });

  it('have the scripts that name no address from the root', async () => {
    const { raw } = await outside.get('/otp/', HTML);
    const scripts = [...raw.matchAll(/"[.][/](assets[/][^"]+[.]js)"/g)].map(([, name]) => name);
    expect(scripts.length).toBeGreaterThan(0);
    for (const name of scripts) {
      const { raw: script } = await outside.get(`/otp/${name}`);
      expect(script).not.toMatch(/["'`][/]assets[/]/);
    }
  });

  it('know what stands before every path by where their script came from', async () => {
    const { readBase } = (await import('../../../web/lib/base.ts')) as {
      readBase: (address: string) => string;
    };
    expect(readBase('https://example.com/otp/assets/index-KC_QGOvP.js')).toBe('/otp');
    expect(readBase('https://example.com/a/b/assets/shell-1.js')).toBe('/a/b');
    expect(readBase('http://127.0.0.1:3000/assets/index-1.js')).toBe('');
  });
});
