import { z } from '@hono/zod-openapi';
import type { Caller } from '../../../domain/access/caller.ts';
import type { Logger } from '../../../lib/logger.ts';
import { streamTexts } from '../../../lib/stream-texts.ts';
import {
  type LogContext,
  type LogFilter,
  listActivity,
  listErrors,
  listVerifications,
  readAllPages,
} from '../../../services/activity/read-logs.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import type { StreamSlots } from '../sessions/stream-slots.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { presentActivity, presentVerification } from './log-response.ts';
import { LOG_FAULTS } from './log-routes.ts';
import { ExportQuery } from './log-schemas.ts';
import { readLogQuery } from './parse-log-query.ts';

type Dependencies = {
  readonly logs: LogContext;
  readonly readOwnNumber: ReadRecipient;
  readonly streams: StreamSlots;
  readonly logger: Logger;
};

type Log = 'activity' | 'otp' | 'errors';
type Entry = Readonly<Record<string, unknown>>;

const ACTIVITY_COLUMNS = [
  ...['id', 'accountId', 'createdAt', 'action', 'status', 'sessionId', 'phoneNumber'],
  ...['verificationId', 'messageId', 'messageType', 'details', 'errorMessage', 'requestData'],
  ...['responseData', 'ipAddress', 'userAgent', 'durationMs', 'isTest', 'email'],
];

const OTP_COLUMNS = [
  ...['id', 'accountId', 'createdAt', 'verificationId', 'phoneNumber', 'purpose', 'channel'],
  ...['sessionId', 'region', 'status', 'attempts', 'maxAttempts', 'deliveredAt', 'readAt'],
  ...['verifiedAt', 'expiresAt', 'deliveryChannel', 'deliveryStatus', 'deliveryReason', 'email'],
];

/** Exports the logs as CSV files. */
export function exportRoutes({ logs, readOwnNumber, streams, logger }: Dependencies) {
  const router = createRouter();

  const exportRoute = operation({
    ...LOG_FAULTS,
    method: 'get',
    path: '/export',
    operationId: 'exportLog',
    tag: 'Analytics',
    summary: 'Export a log as CSV',
    description:
      'The entries that the log shows, newest first, at most 1,000,000 (RFC 4180, with a header row). A cell that a spreadsheet would read as a formula begins with an apostrophe; so do phone numbers.',
    query: ExportQuery,
    answers: {
      200: {
        description: 'The file, as a stream',
        content: { 'text/csv': { schema: z.string() } },
      },
    },
  });
  router.openapi(exportRoute, async (c) => {
    const caller = c.get('caller');
    const { log, ...query } = c.req.valid('query');
    const filter = readLogQuery(caller, query, readOwnNumber);
    const pages = readEntries(logs, log, { caller, filter });
    const { stringify } = await import('csv-stringify/sync');
    const onEnd = streams.enter(caller);
    // Errors occur with the first page, while the status can still be set.
    const first = await pages.next().catch((error: unknown) => {
      onEnd();
      throw error;
    });
    const isOfAccounts = caller.seesAllAccounts;
    const columns = columnsOf(log).filter((name) => isOfAccounts || name !== 'accountId');
    async function* toCsv(): AsyncGenerator<string, void> {
      yield stringify([...(first.value ?? [])], { ...CSV, columns, header: true });
      for await (const entries of pages) {
        await c.get('authorizeAgain')();
        yield stringify([...entries], { ...CSV, columns });
      }
    }
    c.header('Content-Type', 'text/csv; charset=utf-8');
    c.header('Content-Disposition', `attachment; filename="${log}-log.csv"`);
    // HEAD is handled like GET, but no one would read the stream.
    if (c.req.raw.method === 'HEAD') {
      onEnd();
      return c.body(null);
    }
    const onFault = (err: unknown) => logger.error({ err, log }, 'an export was interrupted');
    return c.body(streamTexts(toCsv(), { onFault, onEnd }));
  });

  return router;
}

/** All kinds of line breaks are quoted, not only the one that ends a record. */
const CSV = {
  escape_formulas: true,
  record_delimiter: 'windows',
  quoted_match: /[\r\n]/,
} as const;

function columnsOf(log: Log): readonly string[] {
  return log === 'otp' ? OTP_COLUMNS : ACTIVITY_COLUMNS;
}

type Meant = { readonly caller: Caller; readonly filter: LogFilter };

async function* readEntries(
  logs: LogContext,
  log: Log,
  { caller, filter }: Meant,
): AsyncGenerator<readonly Entry[], undefined> {
  if (log === 'otp') {
    const pages = readAllPages((at) => listVerifications(logs, caller, filter, at));
    for await (const page of pages) {
      yield page.map((logged) => flatten(presentVerification(caller, logged)));
    }
    return;
  }
  const list = log === 'errors' ? listErrors : listActivity;
  for await (const page of readAllPages((at) => list(logs, caller, filter, at))) {
    yield page.map((activity) => presentActivity(caller, activity));
  }
}

function flatten({ delivery, ...entry }: ReturnType<typeof presentVerification>): Entry {
  return {
    ...entry,
    deliveryChannel: delivery?.channel,
    deliveryStatus: delivery?.status,
    deliveryReason: delivery?.reason,
  };
}
