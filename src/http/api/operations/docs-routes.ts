import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { html } from 'hono/html';

const START = `window.ui = SwaggerUIBundle({ url: new URL('openapi.json', location.href).href, dom_id: '#ui', deepLinking: true });`;

const PAGE = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Waverify API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <main id="ui"></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>`;

/** Swagger UI. All its files are served from here, none from another host. */
export function docsRoutes(): Hono {
  const router = new Hono();
  router.get('/', (c) => c.html(PAGE));
  router.get('/start.js', (c) =>
    c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    router.get(`/${file}`, async (c, next) => {
      const { default: findFolder } = await import('swagger-ui-dist/absolute-path.js');
      return serveStatic({ root: findFolder(), rewriteRequestPath: () => `/${file}` })(c, next);
    });
  }
  return router;
}
