import type { MaintenanceContext } from '../../../services/operations/context.ts';
import { cleanUp } from '../../../services/operations/maintenance.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { CleanedUp, CleanupBody } from './cleanup-schemas.ts';

type Dependencies = { readonly maintenance: MaintenanceContext };

/** Runs the nightly job at once, with other ages. */
export function cleanupRoutes({ maintenance }: Dependencies) {
  const router = createRouter();

  const cleanupRoute = operation({
    method: 'post',
    path: '/cleanup',
    operationId: 'deleteOldLogs',
    tag: 'Analytics',
    summary: 'Delete old logs',
    description:
      'Deletes logs of all accounts. Live codes stay, and statistics do not change. It works for at most 20 seconds; repeat the request while `isComplete` is false.',
    body: CleanupBody,
    answers: { 200: answer(CleanedUp, 'How many rows were deleted') },
    meanings: { forbidden: 'Only operators may do this.' },
  });
  router.openapi(cleanupRoute, async (c) => {
    const { activityDays, otpDays } = c.req.valid('json');
    const ages = { activityDays, otpDays };
    const done = await cleanUp(maintenance, c.get('caller'), ages);
    const { activity, otp, deliveries, isComplete } = done;
    return c.json(success('Old logs deleted', { activity, otp, deliveries, isComplete }), 200);
  });

  return router;
}
