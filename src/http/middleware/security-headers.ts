import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Answers are data: nothing in them may run, load or be framed. */
const forData = secureHeaders({
  xFrameOptions: 'DENY',
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
});

/** The pages to browse the API run their own files and nothing else. */
const forPages = secureHeaders({
  xFrameOptions: 'DENY',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    // Swagger UI writes style attributes; it runs no script but its own file.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
  },
});

/** The console and the demo: files of our own, and no string ever becomes markup or code. */
const forConsole = secureHeaders({
  xFrameOptions: 'DENY',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ["'none'"],
  },
});

/** The security headers of every answer; the outermost policy wins, so there is one place for all. */
export const securityHeaders: MiddlewareHandler = (c, next) => {
  const { path } = c.req;
  if (path.startsWith('/api/docs')) return forPages(c, next);
  return /^[/](api|metrics)/.test(path) ? forData(c, next) : forConsole(c, next);
};
