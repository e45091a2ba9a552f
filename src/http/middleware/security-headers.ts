import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { isDataPath } from '../data-paths.ts';

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

/** Only our own files, and no string becomes markup or code. */
const OWN_FILES = {
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
};

/** For the console and the demo. */
const forConsole = secureHeaders({ xFrameOptions: 'DENY', contentSecurityPolicy: OWN_FILES });

/** For hosted pages, which hand their result to the window that opened them. */
const forHostedPages = secureHeaders({
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: 'unsafe-none',
  contentSecurityPolicy: { ...OWN_FILES, imgSrc: ["'self'", 'data:'], connectSrc: ["'none'"] },
});

/** For the elements, which pages of other origins load. */
const forElements = secureHeaders({
  crossOriginResourcePolicy: 'cross-origin',
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
});

/** Sets the security headers of all responses. They are set here only, since the outermost ones win. */
export const securityHeaders: MiddlewareHandler = (c, next) => {
  const { path } = c.req;
  if (path.startsWith('/api/docs')) return forPages(c, next);
  if (path.startsWith('/verify/')) return forHostedPages(c, next);
  if (path.startsWith('/components/')) return forElements(c, next);
  if (!isDataPath(path)) return forConsole(c, next);
  // Before the response exists, which is faster than changing it.
  for (const [name, value] of forData) c.header(name, value);
  return next();
};

/** The headers that a middleware sets, if they are the same for all responses. */
async function collectHeaders(middleware: MiddlewareHandler) {
  const app = new Hono().get('/', middleware, (c) => c.body(null));
  return [...(await app.request('/')).headers];
}
