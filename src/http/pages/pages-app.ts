import { Hono } from 'hono';
import type { Logger } from '../../lib/logger.ts';
import { routeAccess } from '../access-table.ts';
import { createReadClientAddress } from '../client-address.ts';
import { createErrorHandler } from '../errors/error-responses.ts';
import type { HttpEnv } from '../http-env.ts';
import { createReadFrom } from '../middleware/authenticate.ts';
import { limitBody } from '../middleware/limit-body.ts';
import { onlyRouted } from '../middleware/matched-route.ts';
import { onlyHere } from '../middleware/only-here.ts';
import { refuseRepeatedParameters } from '../middleware/refuse-repeated-parameters.ts';
import { strictJson } from '../middleware/strict-json.ts';
import { componentRoutes } from './component-routes.ts';
import { demoInboundRoutes } from './demo-inbound-routes.ts';
import { demoRoutes } from './demo-routes.ts';
import type { Pages } from './read-pages.ts';
import { consoleRoutes, demoPageRoutes } from './serve-pages.ts';
import { verifyRoutes } from './verify/verify-routes.ts';

export type PagesParts = Omit<
  Parameters<typeof demoRoutes>[0] &
    Parameters<typeof demoInboundRoutes>[0] &
    Parameters<typeof verifyRoutes>[0],
  'readFrom'
> & {
  readonly logger: Logger;
  /** Whether the demo page exists, and whether only for this machine or for everyone. */
  readonly demo: 'off' | 'local' | 'public';
  readonly trustedProxies: readonly string[];
};

/** Serves the pages, which are the console, the hosted pages and the demo, the elements, and the calls of the demo. */
export function createPagesApp(parts: PagesParts, pages: Pages | undefined): Hono<HttpEnv> {
  const router = new Hono<HttpEnv>();
  router.onError(createErrorHandler(parts.logger));
  const readFrom = createReadFrom(createReadClientAddress(parts.trustedProxies));
  router.route('/', consoleRoutes(pages));
  router.route('/components', componentRoutes());
  for (const guard of [refuseRepeatedParameters, limitBody]) {
    router.use('/verify/*', onlyRouted(guard));
  }
  router.route('/verify', verifyRoutes({ ...parts, readFrom }, pages));
  if (parts.demo !== 'off') mountDemo(router, { ...parts, readFrom }, pages);
  assertPublic(router);
  return router;
}

type DemoParts = PagesParts & Pick<Parameters<typeof demoRoutes>[0], 'readFrom'>;

function mountDemo(router: Hono<HttpEnv>, parts: DemoParts, pages: Pages | undefined): void {
  for (const guard of [refuseRepeatedParameters, limitBody, strictJson]) {
    router.use('/demo/*', onlyRouted(guard));
  }
  if (parts.demo === 'local') router.use('/demo/*', onlyHere);
  router.get('/demo/', (c) => c.redirect('../demo', 308));
  router.route('/demo', demoPageRoutes(pages));
  router.route('/demo', demoRoutes(parts));
  router.route('/demo', demoInboundRoutes(parts));
}

/** Pages check no credentials, so all of them must be public. @throws at the start. */
function assertPublic(router: Hono<HttpEnv>): void {
  const closed = router.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => routeAccess[route] !== 'public');
  if (closed.length > 0) throw new Error(`must be public in access-table.ts: ${closed.join(', ')}`);
}
