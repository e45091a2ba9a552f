import type { Caller } from '../../../domain/access/caller.ts';
import {
  assertPermitted,
  assertSeesWholeAccount,
} from '../../../domain/access/key-restrictions.ts';
import { assertMayFindRecipient } from '../../../domain/access/recipient-access.ts';
import { kindsOf } from '../../../domain/compat/twilio-channel.ts';
import { readAttemptSid } from '../../../domain/compat/twilio-sids.ts';
import { AppError } from '../../../domain/errors.ts';
import { SHOWN_PREFIX_LENGTH } from '../../../domain/phone-number/phone-number.ts';
import type { Attempt, AttemptFilter, AttemptPage } from '../../../storage/compat/attempt-store.ts';
import type { TwilioContext, VerifyService } from './context.ts';
import { listServices } from './manage-services.ts';

/** Selects attempts. An undefined field is no restriction. */
export type AskedAttempts = Omit<AttemptFilter, 'accountId' | 'purposes' | 'channelKinds'> & {
  readonly serviceSid?: string | undefined;
  /** As Twilio calls it. */
  readonly channel?: string | undefined;
};

/** An attempt with its service. */
export type ServiceAttempt = Attempt & { readonly service: VerifyService };

/**
 * Lists the messages that the services of an account have sent, one more than the page holds if there are more.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of the account, unless the service is in it, and
 * for one that sees numbers masked and looks for more than the mask shows.
 */
export async function listAttempts(
  ctx: TwilioContext,
  caller: Caller,
  asked: AskedAttempts,
  { limit, offset }: AttemptPage,
): Promise<readonly ServiceAttempt[]> {
  const { filter, services } = await toFilter(ctx, caller, asked);
  const found = await ctx.attempts.list(filter, { limit: limit + 1, offset });
  return found.flatMap((attempt) => withService(attempt, services));
}

/** Counts the messages, and those that led to an approval. @throws {AppError} as `listAttempts`. */
export async function countAttempts(ctx: TwilioContext, caller: Caller, asked: AskedAttempts) {
  return ctx.attempts.count((await toFilter(ctx, caller, asked)).filter);
}

/** @throws {AppError} `not_found`, and as `listAttempts`. */
export async function getAttempt(
  ctx: TwilioContext,
  caller: Caller,
  sid: string,
): Promise<ServiceAttempt> {
  assertSeesWholeAccount(caller.restrictions);
  const ref = readAttemptSid(sid);
  const services = await listServices(ctx, caller);
  const ofVerification = ref ? await ctx.attempts.listByStart(caller.accountId, ref.start) : [];
  const [found] = ofVerification
    .filter(({ ordinal }) => ordinal === ref?.ordinal)
    .flatMap((attempt) => withService(attempt, services));
  if (found) return found;
  throw new AppError('not_found', 'The requested attempt was not found');
}

/** Lists the messages of one verification of the caller's account, oldest first. */
export function listAttemptsOf(
  { attempts }: TwilioContext,
  { accountId }: Pick<Caller, 'accountId'>,
  verificationId: string,
): Promise<readonly Attempt[]> {
  return attempts.listByStart(accountId, verificationId);
}

async function toFilter(
  ctx: TwilioContext,
  caller: Caller,
  { serviceSid, channel, ...asked }: AskedAttempts,
) {
  const { phoneNumber, prefix = '' } = asked;
  const isShown = phoneNumber === undefined && prefix.length <= SHOWN_PREFIX_LENGTH;
  if (!isShown) assertMayFindRecipient(caller);
  const all = await listServices(ctx, caller);
  const services = all.filter(({ sid }) => serviceSid === undefined || sid === serviceSid);
  const { purposes: permitted, ...restrictions } = caller.restrictions;
  // A key for some services may read the attempts of one of them.
  assertSeesWholeAccount(serviceSid === undefined ? caller.restrictions : restrictions);
  for (const { purpose } of serviceSid === undefined ? [] : services) {
    assertPermitted({ purposes: permitted }, { purpose });
  }
  const filter: AttemptFilter = {
    ...asked,
    accountId: caller.accountId,
    purposes: services.map(({ purpose }) => purpose),
    channelKinds: channel === undefined ? undefined : kindsOf(channel),
  };
  return { filter, services };
}

function withService(attempt: Attempt, services: readonly VerifyService[]): ServiceAttempt[] {
  const service = services.find(({ purpose }) => purpose === attempt.purpose);
  return service ? [{ ...attempt, service }] : [];
}
