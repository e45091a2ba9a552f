import { z } from '@hono/zod-openapi';
import type { InboundContext } from '../../../services/verification/inbound/context.ts';
import { simulateMessage } from '../../../services/verification/inbound/messages/simulate-message.ts';
import {
  listTestNumbers,
  removeTestNumber,
  type TestNumber as StoredTestNumber,
  saveTestNumber,
  type TestNumberContext,
} from '../../../services/verification/test-numbers.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { SimulateBody, SimulatedOutcome } from '../inbound/inbound-schemas.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import type { ReadRecipient } from '../verification/parse-verification.ts';
import {
  DeletedTestNumber,
  TestNumber,
  TestNumberParams,
  testNumberBodyOf,
} from './test-number-schemas.ts';

type Dependencies = {
  readonly testNumbers: TestNumberContext;
  readonly inbound: InboundContext;
  readonly readRecipient: ReadRecipient;
  readonly codeLength: number;
};

const tag = 'Test numbers';

/** Numbers for automated tests: they get a fixed code, which is never sent. */
export function testNumberRoutes(dependencies: Dependencies) {
  const { testNumbers, inbound, readRecipient, codeLength } = dependencies;
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listTestNumbers',
    tag,
    summary: 'List test numbers',
    description: 'All test numbers of the account, at most 100. Their codes are never shown.',
    answers: { 200: answer(z.array(TestNumber), 'All test numbers') },
  });
  router.openapi(listRoute, async (c) => {
    const all = await listTestNumbers(testNumbers, c.get('caller'));
    return c.json(success('Test numbers', all.map(presentTestNumber)), 200);
  });

  const saveRoute = operation({
    method: 'put',
    path: '/{phoneNumber}',
    operationId: 'saveTestNumber',
    tag,
    summary: 'Create or replace a test number',
    description:
      'API keys with the mode `test` can send to this number without limits: no message is sent, and the fixed code is accepted. API keys with the mode `live` cannot send to it until it is deleted or expires.',
    params: TestNumberParams,
    body: testNumberBodyOf(codeLength),
    answers: { 200: answer(TestNumber, 'The test number is saved') },
    fails: PHONE_FAULTS,
  });
  router.openapi(saveRoute, async (c) => {
    const { phoneNumber } = readRecipient(c.req.valid('param').phoneNumber);
    const { otp, validUntil } = c.req.valid('json');
    const saved = await saveTestNumber(testNumbers, c.get('caller'), phoneNumber, {
      code: otp,
      validUntil: validUntil === undefined ? undefined : new Date(validUntil),
    });
    return c.json(success('Test number saved', presentTestNumber(saved)), 200);
  });

  const removeRoute = operation({
    method: 'delete',
    path: '/{phoneNumber}',
    operationId: 'deleteTestNumber',
    tag,
    summary: 'Delete a test number',
    description: 'The number is an ordinary number again.',
    params: TestNumberParams,
    answers: { 200: answer(DeletedTestNumber, 'The test number is deleted') },
    fails: [...PHONE_FAULTS, 'not_found'],
  });
  router.openapi(removeRoute, async (c) => {
    const { phoneNumber } = readRecipient(c.req.valid('param').phoneNumber);
    await removeTestNumber(testNumbers, c.get('caller'), phoneNumber);
    return c.json(success('Test number deleted', { phoneNumber }), 200);
  });

  const simulateRoute = operation({
    method: 'post',
    path: '/{phoneNumber}/messages',
    operationId: 'simulateMessage',
    tag,
    summary: 'Simulate a message from a test number',
    description:
      'Acts as if the test number had sent this text to the number in the link of a verification with `method: "inbound"`, which a test key has started. Nothing is sent back: the code is the fixed one of the number. Only for API keys of mode `test`.',
    params: TestNumberParams,
    body: SimulateBody,
    answers: { 200: answer(SimulatedOutcome, 'The message was read') },
    fails: PHONE_FAULTS,
  });
  router.openapi(simulateRoute, async (c) => {
    const sender = readRecipient(c.req.valid('param').phoneNumber);
    const { text } = c.req.valid('json');
    const simulated = await simulateMessage(inbound, c.get('caller'), { sender, text });
    const { outcome, verificationId = null } = simulated;
    return c.json(success('Message read', { outcome, verificationId }), 200);
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
