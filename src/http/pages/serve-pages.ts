import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { AppError } from '../../domain/errors.ts';
import { isDataPath } from '../data-paths.ts';
import type { Pages } from './read-pages.ts';

/** The paths of the console. All return the same file, which shows the page for the path. */
const CONSOLE_PATHS = [
  '/',
  '/sessions',
  '/sessions/:id',
  '/codes',
  '/codes/:id',
  '/logs',
  '/templates',
  '/webhooks',
  '/webhooks/:id',
  '/hooks',
  '/hooks/:id',
  '/test-numbers',
  '/keys',
  '/usage',
  '/users',
  '/settings',
  '/profile',
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

/** The references to assets that `vite build` writes. */
const TO_ASSETS = /((?:href|src)=")[.][/]assets[/]/g;

/** Assets can be cached forever, because their names change with their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Serves the web console. Its files contain no secrets: users sign in, and it calls the API. */
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

/** Serves the demo page, which shows a login with Waverify. */
export function demoPageRoutes(pages: Pages | undefined): Hono {
  const router = new Hono();
  router.get('/', (c) => toPage(pages?.demo, c.req.path));
  return router;
}

/** Files that pages load. */
const FILES = /^[/](assets|components)([/]|$)/;

/**
 * Shows the console, which reports that the page does not exist, to a browser that requests an unknown
 * path. Returns undefined for all other requests, such as those of programs.
 */
export function createAnswerLost(pages: Pages | undefined): (c: Context) => Response | undefined {
  const page = pages?.console;
  return (c) => {
    const { method, path } = c.req;
    const isBrowsing = method === 'GET' && c.req.header('accept')?.includes('text/html');
    const isForPeople = !isDataPath(path) && !FILES.test(path);
    return page && isBrowsing && isForPeople ? toPage(page, path, 404) : undefined;
  };
}

/**
 * Makes the references of a page to assets relative to its path, because a proxy may serve us under a prefix that we do
 * not know.
 */
export function placeAssets(text: string, path: string): string {
  const up = '../'.repeat(path.split('/').length - 2);
  return text.replaceAll(TO_ASSETS, (_, before: string) => `${before}${up || './'}assets/`);
}

/** Creates the response with a page. */
function toPage(text = String(UNBUILT), path = '/', status = 200): Response {
  const page = placeAssets(text, path);
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Response(page, { status, headers });
}
