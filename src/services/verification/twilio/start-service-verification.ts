import type { Caller } from '../../../domain/access/caller.ts';
import type { Locale } from '../../../domain/delivery/locale.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { StartedVerification } from '../create-verification.ts';
import { startVerification } from '../start-verification.ts';
import { chooseWay, type UnavailableChannel } from './choose-way.ts';
import type { TwilioContext, VerifyService } from './context.ts';
import { countNamedValues } from './count-named-values.ts';
import { toServiceContext } from './service-policy.ts';

export type ServiceStart = {
  readonly recipient: Recipient;
  /** As Twilio calls it, or the name of an enabled channel. */
  readonly channel: string;
  readonly companyName: string | undefined;
  readonly locale: Locale | undefined;
  /** Values that the rate limits of the service count, by the names of the limits. */
  readonly rateLimits: Readonly<Record<string, string>>;
};

/**
 * Sends the code of a service. If one is live for the recipient, the same code is sent again, and its verification stays.
 * @throws {AppError} `validation_failed` for an unknown channel or rate limit, or a recipient that the channel does not
 * reach; `rate_limited`; otherwise as `startVerification`.
 */
export async function startServiceVerification(
  ctx: TwilioContext,
  caller: Caller,
  service: VerifyService,
  { recipient, channel, rateLimits, companyName, locale }: ServiceStart,
): Promise<StartedVerification | UnavailableChannel> {
  const way = chooseWay(ctx.verification.delivery, service, { channel, recipient });
  if ('unavailable' in way) return way;
  await countNamedValues(ctx, caller, service, rateLimits);
  const ofService = await toServiceContext(ctx, service, recipient.phoneNumber);
  return startVerification(ofService, {
    ...{ caller, recipient, companyName, locale, purpose: service.purpose },
    ...{ sessionId: undefined, channel: undefined, workflow: way.workflow },
    isResend: true,
  });
}
