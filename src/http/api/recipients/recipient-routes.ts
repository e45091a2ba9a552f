import type { RecipientContext } from '../../../services/privacy/context.ts';
import { eraseRecipient } from '../../../services/privacy/erase-recipient.ts';
import { readRecipient } from '../../../services/privacy/read-recipient.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { presentActivity, presentDelivery, presentVerification } from '../logs/log-response.ts';
import { presentRecipient } from '../recipient-response.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import { presentSessionId } from '../session-names.ts';
import { type ReadRecipient, readNumberOrEmail } from '../verification/parse-verification.ts';
import { Erased, Recipient, RecipientParams } from './recipient-schemas.ts';

type Dependencies = {
  readonly recipients: RecipientContext;
  /** Parses a number of any region, because rows stay when a region is no longer served. */
  readonly readOwnNumber: ReadRecipient;
};

const tag = 'Recipients';

const meanings = {
  forbidden:
    'The caller lacks the scope `*`, or its API key is restricted to a part of the account.',
};

/** Exports and erases what is stored about a recipient. */
export function recipientRoutes({ recipients, readOwnNumber }: Dependencies) {
  const router = createRouter();

  const readRoute = operation({
    method: 'get',
    path: '/{phoneNumber}',
    operationId: 'getRecipient',
    tag,
    summary: 'Get all data about a recipient',
    description:
      'Everything that the account of the caller stores about a phone number, at most 10,000 rows of each kind. In the path, an email address can take the place of the phone number.',
    params: RecipientParams,
    answers: { 200: answer(Recipient, 'The data') },
    fails: PHONE_FAULTS,
    meanings,
  });
  router.openapi(readRoute, async (c) => {
    const caller = c.get('caller');
    const { phoneNumber } = readNumberOrEmail(c.req.valid('param').phoneNumber, readOwnNumber);
    const found = await readRecipient(recipients, caller, phoneNumber);
    const data = {
      ...presentRecipient(phoneNumber),
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
      relayed: found.relayed.map((relay) => ({
        id: relay.relayId,
        hookId: relay.hookId ?? null,
        purpose: relay.purpose,
        status: relay.status,
        channel: relay.channel ?? null,
        createdAt: relay.createdAt.toISOString(),
      })),
      deliveries: found.deliveries.map((delivery) => presentDelivery(caller, delivery)),
      activity: found.activities.map((activity) => presentActivity(caller, activity)),
      contacts: found.contacts.map((sessionId) => presentSessionId(caller, sessionId)),
      isSafe: found.isSafe,
      testNumberUntil: found.testNumber?.validUntil.toISOString() ?? null,
      isComplete: found.isComplete,
    };
    return c.json(success('Recipient', data), 200);
  });

  const eraseRoute = operation({
    method: 'delete',
    path: '/{phoneNumber}',
    operationId: 'eraseRecipient',
    tag,
    summary: 'Erase all data about a recipient',
    description:
      'Erases everything that the account of the caller stores about a phone number, including a live code. In the path, an email address can take the place of the phone number. Statistics stay, and so do counters of limits until their window is over. The activity log records the erasure, without the recipient.',
    params: RecipientParams,
    answers: { 200: answer(Erased, 'How many rows were erased') },
    fails: PHONE_FAULTS,
    meanings,
  });
  router.openapi(eraseRoute, async (c) => {
    const { phoneNumber } = readNumberOrEmail(c.req.valid('param').phoneNumber, readOwnNumber);
    const erased = await eraseRecipient(recipients, c.get('caller'), phoneNumber);
    const {
      verifications,
      deliveries,
      activities,
      contacts,
      messages,
      testNumbers,
      safeNumbers,
      answers,
    } = erased;
    const data = {
      challenges: verifications,
      deliveries,
      activities,
      contacts,
      messages,
      testNumbers,
      safeNumbers,
      answers,
    };
    return c.json(success('Recipient erased', data), 200);
  });

  return router;
}
