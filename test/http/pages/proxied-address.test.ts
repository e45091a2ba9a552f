import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createFormBrowser, createPage, SHOP } from '../../support/http/page-calls.ts';

const BY_TLS = { 'x-forwarded-proto': 'https' };

type Case = {
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly isSecure: boolean;
};

const TRUSTED = { TRUSTED_PROXIES: 'loopback' };

const cases: readonly Case[] = [
  { title: 'TLS at a trusted proxy', env: TRUSTED, headers: BY_TLS, isSecure: true },
  {
    title: 'TLS at the first of two proxies',
    ...{ env: TRUSTED, headers: { 'x-forwarded-proto': 'https, http' }, isSecure: true },
  },
  {
    title: 'no TLS at a trusted proxy',
    ...{ env: TRUSTED, headers: { 'x-forwarded-proto': 'http' }, isSecure: false },
  },
  { title: 'a trusted proxy that does not say', env: TRUSTED, headers: {}, isSecure: false },
  { title: 'a client that is no proxy', env: {}, headers: BY_TLS, isSecure: false },
  {
    title: 'PUBLIC_URL, whatever the proxy says',
    env: { ...TRUSTED, PUBLIC_URL: 'https://otp.example.com' },
    headers: {},
    isSecure: true,
  },
];

describe.each(cases)('links and cookies of hosted pages: $title', ({ env, headers, isSecure }) => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ env: { PAGE_ORIGINS: SHOP, ...env } });
  });
  afterAll(() => h.close());

  it(`are ${isSecure ? '' : 'not '}for TLS only`, async () => {
    const post = (path: string, body: unknown) => h.client.post(path, body, headers);
    const { url } = await createPage(h, {}, { post });
    expect(new URL(url).protocol).toBe(isSecure ? 'https:' : 'http:');
    const page = await createFormBrowser(h, headers).visit(url);
    const [cookie = ''] = [page.headers['set-cookie'] ?? []].flat();
    expect(cookie).toMatch(/^waverify_browser=/);
    expect(cookie.split('; ').includes('Secure')).toBe(isSecure);
  });
});
