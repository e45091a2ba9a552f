import {
  type LogContext,
  listActivity,
  listErrors,
  listVerifications,
} from '../../../services/activity/read-logs.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { PART_ONLY } from '../analytics/analytics-schemas.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
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
  readonly logs: LogContext;
  /** Parses a number of any region, because rows stay when a region is no longer served. */
  readonly readOwnNumber: ReadRecipient;
};

const tag = 'Analytics';

/** How a log query can fail. */
export const LOG_FAULTS = {
  fails: PHONE_FAULTS,
  meanings: {
    forbidden: `${PART_ONLY} Or the query has a recipient, and the caller sees recipients masked.`,
  },
} as const;

/** The logs, newest first. */
export function logRoutes({ logs, readOwnNumber }: Dependencies) {
  const router = createRouter();

  const activityRoute = operation({
    ...LOG_FAULTS,
    method: 'get',
    path: '/logs/activity',
    operationId: 'listActivity',
    tag,
    summary: 'List the activity log',
    description:
      'Newest first. A call that sends, checks or invalidates a code is one entry, with the action `otp_send`, `otp_verify` or `otp_expire`. Other calls have the action `api_call`, and so do calls that are refused before they send or check anything. A call appears within a second of its end. Users with the role `ADMIN` see all accounts, and must name one to filter.',
    query: ActivityLogQuery,
    answers: { 200: answer(ActivityPage, 'A page of the log') },
  });
  router.openapi(activityRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const page = await listActivity(logs, caller, filter, readTimePage(query));
    const data = presentTimePage(page, (activity) => presentActivity(caller, activity));
    return c.json(success('Activity log', data), 200);
  });

  const errorsRoute = operation({
    ...LOG_FAULTS,
    method: 'get',
    path: '/logs/errors',
    operationId: 'listErrors',
    tag,
    summary: 'List errors',
    description:
      'The entries of the activity log with status `error`, newest first. Users with the role `ADMIN` must name an account.',
    query: ErrorLogQuery,
    answers: { 200: answer(ActivityPage, 'A page of the log') },
  });
  router.openapi(errorsRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const page = await listErrors(logs, caller, filter, readTimePage(query));
    const data = presentTimePage(page, (activity) => presentActivity(caller, activity));
    return c.json(success('Error log', data), 200);
  });

  const otpRoute = operation({
    ...LOG_FAULTS,
    method: 'get',
    path: '/logs/otp',
    operationId: 'listCodes',
    tag,
    summary: 'List codes',
    description:
      'Every code that was requested, with its last delivery, newest first. Users with the role `ADMIN` see all accounts, and must name one to filter.',
    query: OtpLogQuery,
    answers: { 200: answer(OtpLogPage, 'A page of the log') },
  });
  router.openapi(otpRoute, async (c) => {
    const caller = c.get('caller');
    const query = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const page = await listVerifications(logs, caller, filter, readTimePage(query));
    const data = presentTimePage(page, (logged) => presentVerification(caller, logged));
    return c.json(success('OTP log', data), 200);
  });

  return router;
}
