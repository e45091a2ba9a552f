import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { AppError } from '../../domain/errors.ts';
import type { Pages } from './read-pages.ts';

/** The addresses of the console's pages: each answers the same file, which shows what the address names. */
const CONSOLE_PATHS = [
  '/',
  '/sessions',
  '/sessions/:id',
  '/codes',
  '/codes/:id',
  '/logs',
  '/keys',
  '/usage',
  '/people',
];

const UNBUILT = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Waverify</title>
  </head>
  <body>
    <h1>Waverify is running</h1>
    <p>Its web pages are not built yet: run <code>npm run build</code> and start it again.</p>
  </body>
</html>`;

/** What `vite build` writes for a page that lies beside its assets. */
const TO_ASSETS = /((?:href|src)=")[.][/]assets[/]/g;

/** The name of an asset changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The web console. Its files hold no secret: whoever opens it signs in, and it calls the API. */
export function consoleRoutes(pages: Pages | undefined): Hono {
  const router = new Hono();
  for (const path of CONSOLE_PATHS) router.get(path, (c) => toPage(pages?.console, c.req.path));
  router.get('/assets/:file', (c) => {
    const asset = pages?.assets.get(c.req.param('file'));
    if (!asset) throw new AppError('not_found', 'Not found');
    return c.body(asset.bytes, 200, { 'Content-Type': asset.type, 'Cache-Control': FOR_EVER });
  });
  return router;
}

/** The page on which a person tries what a login with Waverify is like. */
export function demoPageRoutes(pages: Pages | undefined): Hono {
  const router = new Hono();
  router.get('/', (c) => toPage(pages?.demo, c.req.path));
  return router;
}

/** Where programs call: they are told by problem details, whatever they accept. */
const FOR_PROGRAMS = /^[/](api|metrics|assets)/;

/**
 * What a person sees who mistyped an address: the console, which says so and leads back. Answers
 * undefined to whatever else asks, such as a program.
 */
export function createAnswerLost(pages: Pages | undefined): (c: Context) => Response | undefined {
  const page = pages?.console;
  return (c) => {
    const { method, path } = c.req;
    const isBrowsing = method === 'GET' && c.req.header('accept')?.includes('text/html');
    return page && isBrowsing && !FOR_PROGRAMS.test(path) ? toPage(page, path, 404) : undefined;
  };
}

/**
 * The page with the way from its own address to the assets. It is relative, because a proxy may have us
 * below a path that we do not see.
 */
function toPage(text = String(UNBUILT), path = '/', status = 200): Response {
  const up = '../'.repeat(path.split('/').length - 2);
  const page = text.replaceAll(TO_ASSETS, (_, before: string) => `${before}${up || './'}assets/`);
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Response(page, { status, headers });
}
