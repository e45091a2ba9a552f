import { createRoute } from '@hono/zod-openapi';
import type { MaintenanceService } from '../../../services/operations/maintenance-service.ts';
import { createRouter } from '../../router.ts';
import {
  BODY_PROBLEMS,
  json,
  jsonBody,
  NoQuery,
  problems,
  success,
  successOf,
} from '../schemas/envelope.ts';
import { CleanedUp, CleanupBody } from './cleanup-schemas.ts';

type Dependencies = { readonly maintenance: Pick<MaintenanceService, 'cleanUp'> };

/** What the nightly job does, at once and with other ages. */
export function cleanupRoutes({ maintenance }: Dependencies) {
  const router = createRouter();

  const cleanupRoute = createRoute({
    method: 'post',
    tags: ['Analytics'],
    path: '/cleanup',
    summary: 'Delete old logs of all accounts',
    description:
      'Live codes stay, and figures do not change. It works for at most 20 seconds: ask again while `isComplete` is false.',
    request: { body: jsonBody(CleanupBody), query: NoQuery },
    responses: {
      200: json(successOf(CleanedUp), 'How many rows are gone'),
      ...problems({
        400: 'Not valid: the answer names the fields',
        403: 'Only an operator may do this',
        ...BODY_PROBLEMS,
        503: 'The database is out of reach: try again',
      }),
    },
  });
  router.openapi(cleanupRoute, async (c) => {
    const { activityDays, otpDays } = c.req.valid('json');
    const ages = { activityDays, otpDays };
    const done = await maintenance.cleanUp(c.get('caller'), ages);
    const { activity, otp, deliveries, isComplete } = done;
    return c.json(success('Logs cleaned up', { activity, otp, deliveries, isComplete }), 200);
  });

  return router;
}
