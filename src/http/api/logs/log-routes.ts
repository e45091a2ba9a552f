import { createRoute } from '@hono/zod-openapi';
import type { LogService } from '../../../services/activity/log-service.ts';
import { createRouter } from '../../router.ts';
import { json, problems, success, successOf } from '../schemas/envelope.ts';
import { presentTimePage, readTimePage } from '../schemas/page.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { presentActivity, presentVerification } from './log-response.ts';
import {
  ActivityLogQuery,
  ActivityPage,
  ErrorLogQuery,
  OtpLogPage,
  OtpLogQuery,
} from './log-schemas.ts';
import { readLogQuery } from './parse-log-query.ts';

type Dependencies = {
  readonly logs: LogService;
  /** Reads a number of any region: rows stay when a region is served no more. */
  readonly readOwnNumber: ReadRecipient;
};

const tags = ['Analytics'];

export const LOG_PROBLEMS = {
  400: 'Not valid: the answer names the fields',
  403: 'The key has not the scope `analytics:read`, or is held to a part of its account',
  503: 'The database is out of reach: try again',
};

/** What happened, the newest first. */
export function logRoutes({ logs, readOwnNumber }: Dependencies) {
  const router = createRouter();

  const activityRoute = createRoute({
    method: 'get',
    tags,
    path: '/logs/activity',
    summary: 'Read the activity log',
    description:
      'The newest first. A call of the API appears within a second. Operators read all accounts, and must name one to filter.',
    request: { query: ActivityLogQuery },
    responses: { 200: json(successOf(ActivityPage), 'A page of it'), ...problems(LOG_PROBLEMS) },
  });
  router.openapi(activityRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const page = await logs.listActivity(caller, filter, readTimePage(query));
    const data = presentTimePage(page, (activity) => presentActivity(caller, activity));
    return c.json(success('Activity log', data), 200);
  });

  const errorsRoute = createRoute({
    method: 'get',
    tags,
    path: '/logs/errors',
    summary: 'Read what went wrong',
    description: 'The lines of the activity log with status `error`. Operators name an account.',
    request: { query: ErrorLogQuery },
    responses: { 200: json(successOf(ActivityPage), 'A page of it'), ...problems(LOG_PROBLEMS) },
  });
  router.openapi(errorsRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const page = await logs.listErrors(caller, filter, readTimePage(query));
    const data = presentTimePage(page, (activity) => presentActivity(caller, activity));
    return c.json(success('Error log', data), 200);
  });

  const otpRoute = createRoute({
    method: 'get',
    tags,
    path: '/logs/otp',
    summary: 'Read the log of codes',
    description:
      'Each code that was asked for, with its last attempt of delivery, the newest first. Operators as above.',
    request: { query: OtpLogQuery },
    responses: { 200: json(successOf(OtpLogPage), 'A page of it'), ...problems(LOG_PROBLEMS) },
  });
  router.openapi(otpRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const page = await logs.listVerifications(caller, filter, readTimePage(query));
    const data = presentTimePage(page, (logged) => presentVerification(caller, logged));
    return c.json(success('OTP log', data), 200);
  });

  return router;
}
