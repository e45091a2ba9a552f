import { z } from '@hono/zod-openapi';
import { type Context, Hono } from 'hono';
import { type Caller, DEFAULT_ACCOUNT_ID, DEMO_ACCOUNT_ID } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { Limit } from '../../domain/rate-limit.ts';
import { refuse } from '../../domain/refusal.ts';
import type { ClientInfo } from '../../services/access/identity-service.ts';
import type { LimiterService } from '../../services/limits/limiter-service.ts';
import { checkCode } from '../../services/verification/check-code.ts';
import type { VerificationContext } from '../../services/verification/context.ts';
import { startVerification } from '../../services/verification/start-verification.ts';
import { PhoneNumber, VerificationId } from '../api/schemas/identifiers.ts';
import { nullAsAbsent } from '../api/schemas/null-as-absent.ts';
import type { ReadRecipient } from '../api/verification/parse-verification.ts';
import { codeOf } from '../api/verification/verification-schemas.ts';
import type { HttpEnv } from '../http-env.ts';

/**
 * The shortest example of an integration: what your own backend does for a login by phone number. It
 * needs two calls, one that sends a code and one that checks what the user entered.
 *
 * Your backend takes the place of this file, between Waverify and the browser, which never sees an API
 * key. It calls `POST /api/otp/send` and `POST /api/otp/verify` with its key. The demo runs in the same
 * process and calls the services behind these routes, with an account of its own. Its codes are only
 * valid here, and it does not use the limits of other accounts.
 */
type Dependencies = {
  readonly verification: VerificationContext;
  readonly limiter: Pick<LimiterService, 'consume'>;
  readonly readRecipient: ReadRecipient;
  readonly readFrom: (c: Context) => ClientInfo;
  readonly codeLength: number;
};

export const PURPOSE = 'demo';

/**
 * Everyone may open this page, and each message has a cost. In addition to Waverify's limits per number,
 * sends are therefore limited per address. Your backend should do the same.
 */
const SENDS_PER_ADDRESS: Limit = {
  name: 'demo-send-ip-hour',
  max: 20,
  windowSeconds: 3600,
  burst: 20,
};

/** For all addresses together. It limits the total cost of the demo. */
const SENDS_PER_DAY: Limit = { name: 'demo-send-day', max: 50, windowSeconds: 86_400, burst: 50 };

export const COMPANY = 'Waverify Demo';

const SendBody = z.strictObject({ phoneNumber: PhoneNumber, locale: z.enum(['en', 'id']) });

export function demoRoutes(dependencies: Dependencies) {
  const { verification, limiter, readRecipient, readFrom, codeLength } = dependencies;
  const router = new Hono<HttpEnv>();

  router.post('/send', async (c) => {
    const caller = asDemo(readFrom(c));
    const { phoneNumber, locale } = await readBody(c, SendBody);
    const recipient = readRecipient(phoneNumber);
    await consumeDemo(limiter, caller);
    const issued = await startVerification(verification, {
      ...{ caller, recipient, purpose: PURPOSE, locale, companyName: COMPANY },
      ...{ sessionId: undefined, channel: undefined, senderAccountId: DEFAULT_ACCOUNT_ID },
    });
    // The browser needs the ID to verify, the number to show, and the times to count down. It gets nothing else.
    const { verificationId, channel, expiresInSeconds, resendInSeconds } = issued;
    const times = { expiresIn: expiresInSeconds, resendIn: resendInSeconds };
    const sentTo = { phoneNumber: recipient.phoneNumber };
    return c.json({ verificationId, ...sentTo, channel, length: codeLength, ...times });
  });

  const VerifyBody = z.strictObject({
    verificationId: VerificationId,
    otp: codeOf(codeLength),
  });

  router.post('/verify', async (c) => {
    const caller = asDemo(readFrom(c));
    const { verificationId, otp } = await readBody(c, VerifyBody);
    const ref = { accountId: caller.accountId, verificationId };
    const target = { ref, sessionId: undefined, purpose: PURPOSE };
    const result = await checkCode(verification, caller, target, otp);
    if (result.outcome === 'invalid') {
      const { attemptsLeft } = result;
      throw new AppError('otp_invalid', 'The code is wrong or no longer valid', {
        attemptsLeft,
      });
    }
    // Here your backend would start its own session for this number, with its own cookie.
    return c.json({ phoneNumber: result.verification.phoneNumber });
  });

  return router;
}

/** Counts a request. @throws {AppError} `rate_limited`. */
export async function consumeDemo(
  limiter: Pick<LimiterService, 'consume'>,
  caller: Caller,
): Promise<void> {
  const consumed = await limiter.consume(caller, [
    { limit: SENDS_PER_ADDRESS, subject: caller.ipAddress },
    { limit: SENDS_PER_DAY, subject: 'everybody' },
  ]);
  if (consumed.granted) return;
  const message = 'The demo has reached its limit. Try again later.';
  throw refuse('rate_limited', message, consumed.refusal);
}

/** A caller like an API key that may only send and check codes for this purpose, in the demo account. */
export function asDemo(from: ClientInfo): Caller {
  return {
    ...from,
    accountId: DEMO_ACCOUNT_ID,
    principal: { kind: 'key', id: 'demo' },
    scopes: ['otp:send', 'otp:verify'],
    isOperator: false,
    seesAllAccounts: false,
    mode: 'live',
    restrictions: { purposes: [PURPOSE] },
  };
}

/** @throws {AppError} `validation_failed` when the body does not match the schema. */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = nullAsAbsent(schema).safeParse(await c.req.json());
  if (parsed.success) return parsed.data;
  throw new AppError(
    'validation_failed',
    parsed.error.issues[0]?.message ?? 'The request is not valid',
  );
}
