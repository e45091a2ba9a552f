import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';

const ORIGIN = 'https://app.example';

let h: Harness;

beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

/** One address of each kind: an answer, a refusal, nothing there, a page. */
const addresses = ['/api/health', '/api/otp/status/nobody', '/nothing', '/metrics', '/api/docs'];

describe('every answer', () => {
  it.each(addresses)('tells browsers to take no liberties: %s', async (path) => {
    const { headers } = await h.client.get(path);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': expect.stringMatching(/^(SAMEORIGIN|DENY)$/),
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{7,}/),
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['server']).toBeUndefined();
  });

  it.each([
    '/api/health',
    '/api/otp/status/081234567890',
    '/api/otp/status/nobody',
    '/api/openapi.json',
    '/api/nothing',
  ])('is kept by no cache: %s', async (path) => {
    expect((await h.client.get(path)).headers['cache-control']).toBe('no-store');
  });

  it('sets no cookie', async () => {
    for (const path of addresses) {
      expect((await h.client.get(path)).headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('another origin', () => {
  const preflight = (to: Harness, origin: string) =>
    to.client.call({
      method: 'OPTIONS',
      path: '/api/otp/send',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key,content-type',
      },
    });

  it('may read nothing by default', async () => {
    for (const origin of [ORIGIN, 'null', h.url]) {
      const { headers } = await h.client.get('/api/health', { origin });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      const asked = await preflight(h, origin);
      expect(asked.status).toBe(405);
      expect(asked.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('may call the API when CORS_ORIGINS names it, and only then', async () => {
    const open = await createHarness({ env: { CORS_ORIGINS: `${ORIGIN}, https://b.example` } });
    try {
      const allowed = await preflight(open, ORIGIN);
      expect(allowed.status).toBe(204);
      expect(allowed.headers['access-control-allow-origin']).toBe(ORIGIN);
      expect(String(allowed.headers['access-control-allow-headers'])).toContain('x-api-key');
      const read = await open.client.get('/api/health', { origin: ORIGIN });
      expect(read.headers['access-control-allow-origin']).toBe(ORIGIN);
      expect(read.headers['access-control-allow-credentials']).toBeUndefined();
      expect(String(read.headers['vary'])).toMatch(/origin/i);
      for (const other of [
        'https://evil.example',
        `${ORIGIN}.evil.example`,
        'http://app.example',
        `${ORIGIN}:8443`,
        'null',
      ]) {
        const { headers } = await open.client.get('/api/health', { origin: other });
        expect([other, headers['access-control-allow-origin']]).toEqual([other, undefined]);
        expect(
          (await preflight(open, other)).headers['access-control-allow-origin'],
        ).toBeUndefined();
      }
      const stranger = await open.client.call({
        method: 'POST',
        path: '/api/otp/send',
        headers: { origin: ORIGIN },
      });
      expect(stranger.status).toBe(401);
    } finally {
      await open.close();
    }
  });
});

describe('the page of the documentation', () => {
  /** What the page names, as a browser would ask for it; of another host, the whole address. */
  function filesOf(page: string): string[] {
    const names = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name ?? '');
    return names
      .filter((name) => name !== 'data:,')
      .map((name) => new URL(name, `${h.url}/api/docs`).href.replace(h.url, ''));
  }

  it('loads nothing from another host, and runs no script but its own files', async () => {
    const { raw, headers } = await h.client.get('/api/docs');
    expect(headers['content-type']).toMatch(/^text\/html/);
    const references = filesOf(raw);
    expect(references.filter((to) => !to.startsWith('/api/docs/'))).toEqual([]);
    expect(raw).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
    const policy = String(headers['content-security-policy']);
    const scripts = policy.split(';').find((part) => part.trim().startsWith('script-src'));
    expect(scripts?.trim()).toBe("script-src 'self'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  });

  it('finds its files', async () => {
    const page = await h.client.get('/api/docs');
    const files = filesOf(page.raw);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const { status, headers, raw } = await h.client.get(file);
      expect([file, status]).toEqual([file, 200]);
      expect(headers['content-type']).toMatch(file.endsWith('.css') ? /text\/css/ : /javascript/);
      expect(raw.length).toBeGreaterThan(50);
    }
  });

  it('gives its files to nobody without the key', async () => {
    const file = '/api/docs/swagger-ui-bundle.js';
    expect((await h.client.call({ method: 'GET', path: file })).status).toBe(401);
    expect((await h.client.get(file, { 'x-api-key': API_KEY })).status).toBe(200);
  });
});
