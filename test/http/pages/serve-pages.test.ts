import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../support/http/harness.ts';

const PAGES = ['/', '/sessions', '/sessions/shop', '/codes', '/codes/abc', '/logs', '/keys'];

let h: Harness;

beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

const get = (path: string) => h.client.call({ method: 'GET', path });

/** What a page loads, as a browser that opened it at `from` would ask for it. */
function assetsOf(html: string, from = '/'): string[] {
  return [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, address = '']) => new URL(address, new URL(from, 'http://localhost')).pathname,
  );
}

describe('the console', () => {
  it('answers one page at every address of its own, to everybody, fresh each time', async () => {
    const first = await get('/');
    for (const path of PAGES) {
      const { status, headers, raw } = await get(path);
      // The same but for the way to its assets, which leads to the same files from everywhere.
      const isSame = raw.replaceAll(/"[./]+assets/g, '"./assets') === first.raw;
      expect([path, status, isSame]).toEqual([path, 200, true]);
      expect(assetsOf(raw, path)).toEqual(assetsOf(first.raw));
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
    }
    expect(first.raw).toContain('<div id="app">');
  });

  it('may run and load its own files and nothing else', async () => {
    for (const path of [...PAGES, '/demo']) {
      const { headers, raw } = await get(path);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'",
        ]),
      );
      expect(policy.join()).not.toContain('unsafe');
      expect(raw).not.toMatch(/<style|style=|<script>|\bon[a-z]+=/);
    }
  });

  it('serves each file under a name that changes with it, to be kept for ever', async () => {
    const { raw } = await get('/');
    const assets = assetsOf(raw);
    expect(assets.length).toBeGreaterThan(2);
    const types: Record<string, string> = {};
    for (const path of assets) {
      const { status, headers } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(path).toMatch(/^\/assets\/[\w-]+-[\w-]{8}[.](js|css|svg)$/);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      types[path.split('.').at(-1) ?? ''] = String(headers['content-type']);
    }
    expect(types).toEqual({
      js: 'text/javascript; charset=utf-8',
      css: 'text/css; charset=utf-8',
      svg: 'image/svg+xml',
    });
  });

  it('serves no other file, whatever the name looks like', async () => {
    for (const name of [
      'none.js',
      '..%2findex.html',
      '%2e%2e%2f%2e%2e%2fpackage.json',
      '__proto__',
    ]) {
      const { status } = await get(`/assets/${name}`);
      expect([name, status]).toEqual([name, 404]);
    }
  });

  it('leaves addresses that are nobody’s as they were: problem details', async () => {
    const { status, body } = await get('/nothing');
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it('tells a person who mistyped an address so by its page, and programs as ever', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const { raw } = await get('/');
    for (const path of ['/nothing', '/apiary']) {
      const lost = await h.client.call({ method: 'GET', path, headers });
      expect([path, lost.status, lost.raw === raw]).toEqual([path, 404, true]);
      expect(lost.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
    }
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['GET', '/assets/none.js'],
      ['GET', '/metrics/nothing'],
      ['POST', '/nothing'],
    ] as const) {
      const { status, body } = await h.client.call({ method, path, headers });
      expect([path, status, body.code]).toEqual([path, 404, 'not_found']);
    }
  });
});

describe('the source of the pages', () => {
  const folder = 'web';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /[.](tsx?|html)$/.test(name))
    .map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const);

  it('never turns a text into markup or code', () => {
    expect(files.length).toBeGreaterThan(40);
    const forbidden =
      /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function|srcdoc|javascript:/i;
    const found = files.filter(([, text]) => forbidden.test(text)).map(([name]) => name);
    expect(found).toEqual([]);
  });

  it('has no word that no page says', async () => {
    const { en } = (await import('../../../web/i18n/en.ts')) as {
      en: Record<string, string>;
    };
    const all = files.filter(([name]) => !name.startsWith('words/e')).map(([, text]) => text);
    const said = all.filter((text) => !text.includes('Words = {')).join();
    // Words for what the API names are put together: `state.` and the name.
    const kinds = [...said.matchAll(/(?:name\(|kind=|`)'?"?([a-zA-Z]+)(?:\.\$\{|['"])/g)];
    const built = new Set(kinds.map(([, kind]) => kind));
    const unsaid = Object.keys(en).filter(
      (word) => !said.includes(`'${word}'`) && !built.has(word.split('.')[0] ?? ''),
    );
    expect(unsaid).toEqual([]);
  });
});
