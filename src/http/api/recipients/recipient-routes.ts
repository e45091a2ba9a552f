import { createRoute } from '@hono/zod-openapi';
import type { RecipientService } from '../../../services/privacy/recipient-service.ts';
import { createRouter } from '../../router.ts';
import { presentActivity, presentDelivery, presentVerification } from '../logs/log-response.ts';
import { json, NoQuery, problems, success, successOf } from '../schemas/envelope.ts';
import { presentSessionId } from '../session-names.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { Erased, Recipient, RecipientParams } from './recipient-schemas.ts';

type Dependencies = {
  readonly recipients: RecipientService;
  /** Reads a number of any region: rows stay when a region is served no more. */
  readonly readOwnNumber: ReadRecipient;
};

const tags = ['Recipients'];
const PROBLEMS = {
  400: 'Not valid: the answer names the fields',
  403: 'The key has not the scope `*`, or is held to a part of its account',
  503: 'The database is out of reach, or busy with this: try again',
};

/** What is on record about one person: to be told, and to be erased. */
export function recipientRoutes({ recipients, readOwnNumber }: Dependencies) {
  const router = createRouter();

  const readRoute = createRoute({
    method: 'get',
    tags,
    path: '/{phoneNumber}',
    summary: 'Tell everything that is on record about a number',
    description: 'In the account of the caller; at most 10,000 rows of each kind.',
    request: { params: RecipientParams, query: NoQuery },
    responses: { 200: json(successOf(Recipient), 'All of it'), ...problems(PROBLEMS) },
  });
  router.openapi(readRoute, async (c) => {
    const caller = c.get('caller');
    const { phoneNumber } = readOwnNumber(c.req.valid('param').phoneNumber);
    const found = await recipients.read(caller, phoneNumber);
    const data = {
      phoneNumber,
      challenges: found.verifications.map((verification) => {
        const logged = { ...verification, delivery: undefined };
        const { delivery: _, ...shown } = presentVerification(caller, logged);
        return {
          ...shown,
          companyName: verification.companyName ?? null,
          ipAddress: verification.ipAddress ?? null,
          userAgent: verification.userAgent ?? null,
        };
      }),
      deliveries: found.deliveries.map((delivery) => presentDelivery(caller, delivery)),
      activity: found.activities.map((activity) => presentActivity(caller, activity)),
      contacts: found.contacts.map((sessionId) => presentSessionId(caller, sessionId)),
      testNumberUntil: found.testNumber?.validUntil.toISOString() ?? null,
      isComplete: found.isComplete,
    };
    return c.json(success('Recipient', data), 200);
  });

  const eraseRoute = createRoute({
    method: 'delete',
    tags,
    path: '/{phoneNumber}',
    summary: 'Erase everything that is on record about a number',
    description:
      'In the account of the caller, also a live code. FunnelCounts stay, and so do counters of limits, until their time is over. The erasure is in the activity log, without the number.',
    request: { params: RecipientParams, query: NoQuery },
    responses: { 200: json(successOf(Erased), 'How many rows are gone'), ...problems(PROBLEMS) },
  });
  router.openapi(eraseRoute, async (c) => {
    const { phoneNumber } = readOwnNumber(c.req.valid('param').phoneNumber);
    const erased = await recipients.erase(c.get('caller'), phoneNumber);
    const { verifications, deliveries, activities, contacts, testNumbers, answers } = erased;
    const data = {
      challenges: verifications,
      deliveries,
      activities,
      contacts,
      testNumbers,
      answers,
    };
    return c.json(success('Recipient erased', data), 200);
  });

  return router;
}
