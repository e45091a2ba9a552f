import { createRoute, z } from '@hono/zod-openapi';
import {
  listTestNumbers,
  removeTestNumber,
  type TestNumber as StoredTestNumber,
  saveTestNumber,
  type TestNumberContext,
} from '../../../services/verification/test-numbers.ts';
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
import type { ReadRecipient } from '../verification/parse-verification.ts';
import { TestNumber, TestNumberParams, testNumberBodyOf } from './test-number-schemas.ts';

type Dependencies = {
  readonly testNumbers: TestNumberContext;
  readonly readRecipient: ReadRecipient;
  readonly codeLength: number;
};

const tags = ['Test numbers'];
const REFUSED = 'Not valid: the answer names the fields';
const UNAVAILABLE = 'Overloaded, or the database is out of reach: try again';

/** Numbers for automated tests: they get a fixed code, which is never sent. */
export function testNumberRoutes({ testNumbers, readRecipient, codeLength }: Dependencies) {
  const router = createRouter();

  const listRoute = createRoute({
    method: 'get',
    tags,
    path: '/',
    summary: 'List the test numbers of the account',
    description: 'At most 100; their codes are on record as digests and never shown.',
    request: { query: NoQuery },
    responses: {
      200: json(successOf(z.array(TestNumber)), 'All of them'),
      ...problems({ 400: REFUSED, 503: UNAVAILABLE }),
    },
  });
  router.openapi(listRoute, async (c) => {
    const all = await listTestNumbers(testNumbers, c.get('caller'));
    return c.json(success('Test numbers', all.map(presentTestNumber)), 200);
  });

  const saveRoute = createRoute({
    method: 'put',
    tags,
    path: '/{phoneNumber}',
    summary: 'Make a number a test number',
    description:
      'Keys of mode `test` send to it without limits, nothing is sent, and the fixed code verifies. Live keys are refused for it until it is removed or over.',
    request: {
      params: TestNumberParams,
      query: NoQuery,
      body: jsonBody(testNumberBodyOf(codeLength)),
    },
    responses: {
      200: json(successOf(TestNumber), 'Kept'),
      ...problems({ 400: REFUSED, ...BODY_PROBLEMS, 503: UNAVAILABLE }),
    },
  });
  router.openapi(saveRoute, async (c) => {
    const { phoneNumber } = readRecipient(c.req.valid('param').phoneNumber);
    const { otp, validUntil } = c.req.valid('json');
    const saved = await saveTestNumber(testNumbers, c.get('caller'), phoneNumber, {
      code: otp,
      validUntil: validUntil === undefined ? undefined : new Date(validUntil),
    });
    return c.json(success('Test number kept', presentTestNumber(saved)), 200);
  });

  const removeRoute = createRoute({
    method: 'delete',
    tags,
    path: '/{phoneNumber}',
    summary: 'Make a test number a number like any other',
    request: { params: TestNumberParams, query: NoQuery },
    responses: {
      200: json(successOf(z.object({ phoneNumber: z.string() })), 'Removed'),
      ...problems({ 400: REFUSED, 404: 'It is no test number', 503: UNAVAILABLE }),
    },
  });
  router.openapi(removeRoute, async (c) => {
    const { phoneNumber } = readRecipient(c.req.valid('param').phoneNumber);
    await removeTestNumber(testNumbers, c.get('caller'), phoneNumber);
    return c.json(success('Test number removed', { phoneNumber }), 200);
  });

  return router;
}

function presentTestNumber({ phoneNumber, validUntil, createdAt }: StoredTestNumber) {
  return {
    phoneNumber,
    validUntil: validUntil.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}
