import type { DrawnSid } from '../../../domain/compat/twilio-sids.ts';
import type { AttemptStore } from '../../../storage/compat/attempt-store.ts';
import type { RateLimitStore } from '../../../storage/compat/rate-limit-store.ts';
import type { SafeNumberStore } from '../../../storage/compat/safe-number-store.ts';
import type { ServiceStore, StoredService } from '../../../storage/compat/service-store.ts';
import type { VerificationContext } from '../context.ts';

/** What verify services need: those that callers use as they use Twilio Verify. Built once, by the composition root. */
export type TwilioContext = {
  readonly verification: VerificationContext;
  readonly services: ServiceStore;
  readonly rateLimits: RateLimitStore;
  readonly safeNumbers: SafeNumberStore;
  readonly attempts: AttemptStore;
  readonly drawSid: (prefix: DrawnSid) => string;
};

/** A verify service, with the purpose of its codes. */
export type VerifyService = StoredService & {
  readonly purpose: string;
  /** Whether it is the one that the account has from the start. */
  readonly isDefault: boolean;
};
