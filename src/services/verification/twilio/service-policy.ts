import type { Limit } from '../../../domain/rate-limit.ts';
import { drawHexName } from '../../../lib/crypto/secrets.ts';
import type { CodePolicy, VerificationContext } from '../context.ts';
import type { TwilioContext, VerifyService } from './context.ts';

/** How long a code lives, and how often it can be checked: as at Twilio Verify. */
export const TTL_SECONDS = 600;
const MOST_CHECKS = 5;

/** 32 hexadecimal digits, as a SID has them. */
const VERIFICATION_ID_BYTES = 16;

/**
 * The context for the codes of a service: its code length, and the lifetime and the number of checks that callers know
 * from Twilio Verify. There is no cooldown, and a code that is live is sent again. A number that the account has declared
 * safe is not limited by what happens to similar numbers.
 */
export async function toServiceContext(
  { verification, safeNumbers }: Pick<TwilioContext, 'verification' | 'safeNumbers'>,
  { accountId, codeLength }: Pick<VerifyService, 'accountId' | 'codeLength'>,
  phoneNumber: string,
): Promise<VerificationContext> {
  const policy: CodePolicy = {
    ...verification.policy,
    length: codeLength,
    ttlSeconds: TTL_SECONDS,
    maxAttempts: MOST_CHECKS,
    resendSeconds: 0,
    resendCode: 'same',
    keepsLiveCode: true,
  };
  const ofService = {
    ...verification,
    policy,
    drawVerificationId: () => drawHexName(VERIFICATION_ID_BYTES),
  };
  const isSafe = (await safeNumbers.find(accountId, phoneNumber)) !== undefined;
  return isSafe ? withoutFraudLimits(ofService) : ofService;
}

function withoutFraudLimits(ctx: VerificationContext): VerificationContext {
  const { sendsPerPrefixHour, sendsPerHeldPrefixHour } = ctx.limits;
  const limits = {
    ...ctx.limits,
    sendsPerPrefixHour: withoutEffect(sendsPerPrefixHour),
    sendsPerHeldPrefixHour: withoutEffect(sendsPerHeldPrefixHour),
  };
  return { ...ctx, limits, pumping: { isHeld: async () => false } };
}

function withoutEffect(limit: Limit): Limit {
  return { ...limit, max: 0 };
}
