import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** For data: nothing in a response may run, load or be framed. */
const forData = await collectHeaders(
  secureHeaders({
    xFrameOptions: 'DENY',
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  }),
);

/** For Swagger UI, which only runs its own files. */
const forPages = secureHeaders({
  xFrameOptions: 'DENY',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // Swagger UI sets style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
  },
});

/** For the console and the demo: only our own files, and no string becomes markup or code. */
const forConsole = secureHeaders({
  xFrameOptions: 'DENY',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // Pictures that people wrote are loaded with the credentials of the tab.
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ["'none'"],
  },
});

/** Sets the security headers of all responses. They are set here only, since the outermost ones win. */
export const securityHeaders: MiddlewareHandler = (c, next) => {
  const { path } = c.req;
  if (path.startsWith('/api/docs')) return forPages(c, next);
  if (!/^[/](api|metrics|[.]well-known|v2([/]|$))/.test(path)) return forConsole(c, next);
  // Before the response exists, which is faster than changing it.
  for (const [name, value] of forData) c.header(name, value);
  return next();
};

/** The headers that a middleware sets, if they are the same for all responses. */
async function collectHeaders(middleware: MiddlewareHandler) {
  const app = new Hono().get('/', middleware, (c) => c.body(null));
  return [...(await app.request('/')).headers];
}
