import { Hono } from 'hono';
import type { Logger } from '../../../lib/logger.ts';
import type { TwilioContext } from '../../../services/verification/twilio/context.ts';
import { type BaseUrlParts, createReadBaseUrl } from '../../api/base-url.ts';
import type { CredentialParts } from '../../api/credentials.ts';
import type { ReadCompanyName, ReadRecipient } from '../../api/verification/parse-verification.ts';
import { createErrorHandler } from '../../errors/error-responses.ts';
import type { HttpEnv } from '../../http-env.ts';
import { limitBody } from '../../middleware/limit-body.ts';
import { onlyRouted } from '../../middleware/matched-route.ts';
import { attemptRoutes } from './attempt-routes.ts';
import { requireBasic } from './basic-auth.ts';
import { bucketRoutes } from './bucket-routes.ts';
import { sendTwilioError, TwilioError } from './format/twilio-error.ts';
import { rateLimitRoutes } from './rate-limit-routes.ts';
import { safeListRoutes } from './safe-list-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { verificationRoutes } from './verification-routes.ts';

type Parts = CredentialParts &
  BaseUrlParts & {
    readonly twilio: TwilioContext;
    readonly readRecipient: ReadRecipient;
    readonly readCompanyName: ReadCompanyName;
    readonly logger: Logger;
  };

/**
 * The routes that answer as Twilio Verify does, so that an application which uses it needs another address only: forms,
 * Basic authentication, and Twilio's format of errors.
 */
export function createTwilioApp(parts: Parts): Hono<HttpEnv> {
  const { logger } = parts;
  const app = new Hono<HttpEnv>();
  const handleError = createErrorHandler(logger, sendTwilioError);
  app.onError((error, c) =>
    error instanceof TwilioError ? sendTwilioError(c, error) : handleError(error, c),
  );
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  });
  app.use(requireBasic(parts));
  app.use(onlyRouted(limitBody));

  const dependencies = { ...parts, readBaseUrl: createReadBaseUrl(parts) };
  app.route('/Services', serviceRoutes(dependencies));
  app.route('/Services', verificationRoutes(dependencies));
  app.route('/Services', rateLimitRoutes(dependencies));
  app.route('/Services', bucketRoutes(dependencies));
  app.route('/Attempts', attemptRoutes(dependencies));
  app.route('/SafeList', safeListRoutes(dependencies));
  return app;
}
