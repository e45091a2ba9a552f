import { z } from '@hono/zod-openapi';
import { AppError } from '../../../domain/errors.ts';
import { isEmailRecipient } from '../../../domain/recipient.ts';
import type { IdempotencyService } from '../../../services/operations/idempotency-service.ts';
import { checkCode } from '../../../services/verification/check-code.ts';
import type { VerificationContext } from '../../../services/verification/context.ts';
import { expireVerification } from '../../../services/verification/expire-verification.ts';
import type { InboundContext } from '../../../services/verification/inbound/context.ts';
import { redeemInbound } from '../../../services/verification/inbound/redeem-inbound.ts';
import type { ProofContext } from '../../../services/verification/proof/context.ts';
import { issueProof } from '../../../services/verification/proof/issue-proof.ts';
import { readStatus } from '../../../services/verification/read-status.ts';
import { unlockRecipient } from '../../../services/verification/unlock-recipient.ts';
import { rateLimitHeaders } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { setRateLimitFields } from '../../rate-limit-headers.ts';
import { createRouter } from '../../router.ts';
import { type BaseUrlParts, createReadBaseUrl } from '../base-url.ts';
import { presentRecipient } from '../recipient-response.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS, PhoneNumberOrEmail } from '../schemas/identifiers.ts';
import { readSessionName } from '../session-names.ts';
import {
  DEFAULT_PURPOSE,
  type ReadRecipient,
  readNamed,
  readNumberOrEmail,
  readTarget,
  withClientIp,
} from './parse-verification.ts';
import { presentStatus, presentVerified } from './verification-response.ts';
import {
  ExpireBody,
  Expired,
  Status,
  StatusQuery,
  UnlockBody,
  Unlocked,
  Verified,
  verifiedExample,
  verifyBodyOf,
} from './verification-schemas.ts';

type Dependencies = BaseUrlParts & {
  readonly verification: VerificationContext;
  readonly inbound: InboundContext;
  readonly proofs: ProofContext;
  readonly idempotency: IdempotencyService;
  readonly readRecipient: ReadRecipient;
  /** How many digits a code has here. */
  readonly codeLength: number;
};

const tag = 'Verification';

export function otpRoutes(dependencies: Dependencies) {
  const { verification, inbound, proofs, idempotency, readRecipient, codeLength } = dependencies;
  const readBaseUrl = createReadBaseUrl(dependencies);
  const router = createRouter();

  const verifyRoute = operation({
    method: 'post',
    path: '/verify',
    operationId: 'checkCode',
    tag,
    summary: 'Check a code',
    description:
      'Checks the code that the user entered. A code is accepted once. Wrong, expired, used and unknown codes get the same answer. For a verification with `method: "inbound"` that sends no code back, leave `otp` out: the result is handed out once, within ten minutes of the message.',
    idempotency,
    body: verifyBodyOf(codeLength),
    bodyExample: {
      verificationId: verifiedExample.verificationId,
      otp: '123456'.padEnd(codeLength, '0'),
    },
    answers: {
      200: answer(Verified, 'The code is correct and is now used', {
        message: 'OTP verified',
        example: verifiedExample,
      }),
    },
    fails: [...PHONE_FAULTS, 'otp_invalid', 'otp_locked', 'rate_limited', 'verification_pending'],
    meanings: {
      rate_limited:
        'Too many wrong codes with this API key or from this `clientIp`. Check by `verificationId`.',
    },
    examples: {
      otp_invalid: { message: 'The code is wrong or no longer valid', attemptsLeft: 2 },
      validation_failed: {
        message: 'otp: is missing',
        errors: [{ path: 'otp', message: 'is missing', code: 'required' }],
      },
    },
  });
  router.openapi(verifyRoute, async (c) => {
    const { otp, clientIp, proof: wantsProof = false, ...body } = c.req.valid('json');
    const caller = withClientIp(c.get('caller'), clientIp);
    const target = readTarget(
      caller,
      { ...body, purpose: body.purpose ?? DEFAULT_PURPOSE },
      readRecipient,
    );
    const result =
      otp === undefined
        ? await redeemInbound(inbound, caller, target)
        : await checkCode(verification, caller, target, otp);
    if (result.outcome === 'invalid') {
      const { attemptsLeft } = result;
      throw new AppError('otp_invalid', 'The code is wrong or no longer valid', {
        attemptsLeft,
      });
    }
    const data = presentVerified(caller, result);
    if (!wantsProof) return c.json(success('OTP verified', data), 200);
    // The answer has the proof.
    c.set('hasSecretAnswer', true);
    const made = { issuer: readBaseUrl(c), issuedAt: verification.now() };
    const proof = await issueProof(proofs, caller, result, made);
    return c.json(success('OTP verified', { ...data, proof }), 200);
  });

  const expireRoute = operation({
    method: 'post',
    path: '/expire',
    operationId: 'expireCode',
    tag,
    summary: 'Invalidate a code',
    body: ExpireBody,
    answers: { 200: answer(Expired, 'The code, if one was live, is invalidated') },
    fails: PHONE_FAULTS,
  });
  router.openapi(expireRoute, async (c) => {
    const caller = c.get('caller');
    const target = readTarget(caller, c.req.valid('json'), readRecipient);
    const expired = await expireVerification(verification, caller, target);
    return c.json(success(expired > 0 ? 'OTP expired' : 'No live OTP', { expired }), 200);
  });

  const unlockRoute = operation({
    method: 'post',
    path: '/unlock',
    operationId: 'unlockNumber',
    tag,
    summary: 'Unlock a recipient',
    description:
      'Lifts the lock that too many wrong codes put on a phone number or an email address. Recorded in the activity log.',
    body: UnlockBody,
    answers: { 200: answer(Unlocked, 'The recipient is unlocked') },
    fails: PHONE_FAULTS,
  });
  router.openapi(unlockRoute, async (c) => {
    const { phoneNumber } = readNamed(c.req.valid('json'), readRecipient);
    await unlockRecipient(verification, c.get('caller'), phoneNumber);
    const message = isEmailRecipient(phoneNumber) ? 'Address unlocked' : 'Number unlocked';
    return c.json(success(message, presentRecipient(phoneNumber)), 200);
  });

  const statusRoute = operation({
    method: 'get',
    path: '/status/{phoneNumber}',
    operationId: 'getCodeStatus',
    tag,
    summary: 'Get the status of a code',
    description:
      'The newest code of a recipient and purpose, and its delivery. In the path, an email address can take the place of the phone number.',
    params: z.object({ phoneNumber: PhoneNumberOrEmail }),
    query: StatusQuery,
    answers: {
      200: answer(Status, 'The status; `none` if there is no code', { headers: rateLimitHeaders }),
    },
    fails: PHONE_FAULTS,
  });
  router.openapi(statusRoute, async (c) => {
    const { phoneNumber } = readNumberOrEmail(c.req.valid('param').phoneNumber, readRecipient);
    const { sessionId, purpose = DEFAULT_PURPOSE, clientIp } = c.req.valid('query');
    const caller = withClientIp(c.get('caller'), clientIp);
    const scope = { accountId: caller.accountId, phoneNumber, purpose };
    const inSession = readSessionName(caller, sessionId);
    const status = await readStatus(verification, caller, scope, inSession);
    setRateLimitFields(c, status.rateLimits);
    return c.json(success('OTP status', presentStatus(phoneNumber, status)), 200);
  });

  return router;
}
