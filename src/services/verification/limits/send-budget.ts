import type { Caller } from '../../../domain/access/caller.ts';
import type { AppError } from '../../../domain/errors.ts';
import { type RateLimitHit, type RateLimitStatus, toRate } from '../../../domain/rate-limit.ts';
import { isEmailRecipient, nounOf, sendGroupOf } from '../../../domain/recipient.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { VerificationContext } from '../context.ts';
import type { StartRequest } from '../create-verification.ts';
import { allLockHits } from './failure-limits.ts';
import { addressSendHits, ownSendHit, sendHits, sharedSendHit } from './send-limits.ts';

/** What counting sends needs. */
export type BudgetContext = Pick<VerificationContext, 'limits' | 'limiter' | 'pumping' | 'metrics'>;

/** A send to count. */
export type BudgetRequest = Pick<StartRequest, 'caller' | 'recipient' | 'purpose'> & {
  /** Whether another server owns the code. */
  readonly isRelayed?: boolean;
};

/** The used share of a key's budget above which addresses with unverified sends are refused. */
const LOW_BUDGET = 1 / 8;

/** A counted send: the hits to refund if it does not happen, and the status of the limits. */
export type ConsumedBudget = {
  readonly hits: readonly RateLimitHit[];
  readonly rateLimits: readonly RateLimitStatus[];
  /** The status of the number's locks, and of the limit for the end user's address. */
  readonly watched: readonly RateLimitStatus[];
};

/** What to undo if a send does not happen: its hits, and its row if there is one. */
export type Unsent = {
  readonly hits: readonly RateLimitHit[];
  readonly code?: UnsentCode;
};

type UnsentCode = {
  readonly verificationId: string;
  /** False for a resend: the code stays valid. */
  readonly isNew: boolean;
  readonly mayHaveArrived: boolean;
};

/**
 * Counts one send on all budgets, or on none. An account has its own budget for the first sends to a
 * number; later ones use the budget that all accounts share for that number.
 * @throws {AppError} `resend_too_soon` or `rate_limited`, with the seconds to wait.
 */
export async function consumeSendBudget(
  ctx: BudgetContext,
  request: BudgetRequest,
): Promise<ConsumedBudget> {
  const consumed = await consumeBudgets(ctx, request);
  const ofAddress = await consumeAddress(ctx, request, consumed);
  return { ...consumed, hits: [...consumed.hits, ...ofAddress] };
}

async function consumeBudgets(ctx: BudgetContext, request: BudgetRequest): Promise<ConsumedBudget> {
  const { limits } = ctx;
  const { caller, recipient } = request;
  const isHeld = await ctx.pumping.isHeld(caller.accountId, recipient.phoneNumber);
  const hits = sendHits(limits, request, isHeld);
  if (limits.sendsPerPhoneDayAllAccounts.max === 0) return consumeAll(ctx, request, hits);
  const own = await consumeOwn(ctx, request, [...hits, ownSendHit(limits, recipient)]);
  return own ?? consumeAll(ctx, request, [...hits, sharedSendHit(limits, recipient)]);
}

/** Returns undefined if the only obstacle is that the account's own budget for the number is used up. */
async function consumeOwn(
  ctx: BudgetContext,
  request: BudgetRequest,
  hits: readonly RateLimitHit[],
): Promise<ConsumedBudget | undefined> {
  const isOwn = ({ limit }: RateLimitHit) => limit === ctx.limits.ownSendsPerPhoneDay;
  const consumed = await ctx.limiter.consume(request.caller, hits, {
    watched: watchedOf(ctx, request),
  });
  if (consumed.granted) {
    const rateLimits = consumed.rateLimits.filter((status) => !isOwn(status));
    return { hits, rateLimits, watched: consumed.watched };
  }
  if (isOwn(consumed.refusal)) return undefined;
  throw toRefusal(ctx, request, consumed.refusal);
}

async function consumeAll(
  ctx: BudgetContext,
  request: BudgetRequest,
  hits: readonly RateLimitHit[],
): Promise<ConsumedBudget> {
  const consumed = await ctx.limiter.consume(request.caller, hits, {
    watched: watchedOf(ctx, request),
  });
  if (!consumed.granted) throw toRefusal(ctx, request, consumed.refusal);
  return { hits, rateLimits: consumed.rateLimits, watched: consumed.watched };
}

/**
 * Counts a send for the address of its end user; returns the counted hits. Many people may share an
 * address, so a full limit refuses only when the budget of the key runs low: the rest is for other
 * addresses.
 */
async function consumeAddress(
  ctx: BudgetContext,
  request: BudgetRequest,
  { hits, rateLimits, watched }: ConsumedBudget,
): Promise<readonly RateLimitHit[]> {
  const { limits, limiter } = ctx;
  const { caller } = request;
  const ofAddress = addressSendHits(limits, caller);
  if (ofAddress.length === 0) return [];
  const ofKey = rateLimits.find(({ limit }) => limit.name === limits.sendsPerKeyHour.name);
  const isLow = ofKey !== undefined && ofKey.used > toRate(ofKey.limit).burst * LOW_BUDGET;
  const isFull = watched.some((one) => one.isFull && one.limit === limits.sendsPerIpHour);
  if (isFull && !isLow) return [];
  const counted = await limiter.consume(caller, ofAddress);
  if (counted.granted) return ofAddress;
  if (!isLow) return [];
  await limiter.refund(caller, hits);
  throw toRefusal(ctx, request, counted.refusal);
}

function watchedOf(
  { limits }: BudgetContext,
  { caller, recipient }: BudgetRequest,
): RateLimitHit[] {
  return [...allLockHits(limits, recipient.phoneNumber), ...addressSendHits(limits, caller)];
}

/**
 * Ends the row of a new code, and refunds the hits, unless the message may have been sent. It never throws, so
 * that the caller gets the error that stopped the send: each step is tried, and its fault is logged.
 */
export async function undoSend(
  ctx: VerificationContext,
  request: StartRequest,
  { hits, code }: Unsent,
): Promise<void> {
  const verificationId = code?.verificationId;
  if (code?.isNew) await endUnsent(ctx, code);
  const refund = code?.mayHaveArrived
    ? refundDoubtful(ctx, request, { hits, code })
    : ctx.limiter.refund(request.caller, hits);
  await refund.catch((err: unknown) => {
    ctx.logger.error({ err, verificationId }, 'could not refund the limits of a failed send');
  });
}

async function endUnsent(
  { verifications, logger, now }: VerificationContext,
  { verificationId, mayHaveArrived }: UnsentCode,
): Promise<void> {
  await verifications
    .markFailed(verificationId, now(), { mayHaveArrived })
    .catch((err: unknown) => {
      logger.error({ err, verificationId }, 'could not mark a code as failed');
    });
}

/**
 * Settles a send that failed although its message may have been sent. It stays counted. After the first
 * in a row, or the first of a code's resends, the cooldown is refunded; after later ones it is not, so that a
 * gateway that forwards messages and then fails cannot be used to flood a recipient.
 */
async function refundDoubtful(
  ctx: VerificationContext,
  request: StartRequest,
  { hits, code }: Required<Unsent>,
): Promise<void> {
  const isCooldown = ({ limit }: RateLimitHit) => limit === ctx.limits.cooldown;
  if (!(await isFirstDoubt(ctx, request, code))) return;
  await ctx.limiter.refund(request.caller, hits.filter(isCooldown));
}

async function isFirstDoubt(
  { verifications, now }: VerificationContext,
  { caller: { accountId }, recipient: { phoneNumber } }: StartRequest,
  { verificationId, isNew }: UnsentCode,
): Promise<boolean> {
  if (!isNew) return verifications.noteDoubtfulResend(verificationId, now());
  return !(await verifications.followsDoubtfulSend(
    { accountId, phoneNumber, verificationId },
    now(),
  ));
}

/**
 * The hits of a verified send to refund: to the budgets of similar recipients and of the end user's address. They
 * count unverified sends only, so that honest users do not block others.
 */
export async function refundsOnVerified(
  { limits, pumping }: VerificationContext,
  caller: Caller,
  { accountId, phoneNumber }: Verification,
): Promise<readonly RateLimitHit[]> {
  if (caller.mode === 'test') return [];
  const subject = sendGroupOf(phoneNumber);
  const isHeld = await pumping.isHeld(accountId, phoneNumber);
  const prefixLimits = isHeld
    ? [limits.sendsPerPrefixHour, limits.sendsPerHeldPrefixHour]
    : [limits.sendsPerPrefixHour];
  const ofPrefix = prefixLimits.map((limit) => ({ limit, subject }));
  return [...ofPrefix, ...addressSendHits(limits, caller)];
}

function toRefusal(
  { limits, metrics }: BudgetContext,
  { recipient, isRelayed = false }: BudgetRequest,
  refusal: RateLimitStatus,
): AppError {
  if (!isRelayed) metrics.sends.inc({ outcome: 'refused' });
  if (refusal.limit === limits.cooldown) {
    return refuse('resend_too_soon', 'Wait before you request another code', refusal);
  }
  const { phoneNumber, region } = recipient;
  const similar = isEmailRecipient(phoneNumber)
    ? 'addresses of this mailbox'
    : 'numbers with these first eight digits';
  const words: Readonly<Record<string, string>> = {
    [limits.sendsPerKeyHour.name]: 'The sending budget of this key is used up',
    [limits.sendsPerIpHour.name]:
      'Too many codes for users at this IP address were not verified, and the sending budget of this key is running low',
    [limits.sendsPerAccountDay.name]: 'The daily sending budget of this account is used up',
    [limits.sendsPerRegionHour.name]: `The sending budget for region ${region} is used up`,
    [limits.sendsInAllHour.name]: 'The sending budget of this installation is used up',
    [limits.sendsPerPrefixHour.name]: `Too many codes for ${similar} were not verified`,
    [limits.sendsPerHeldPrefixHour.name]:
      `Sends to ${similar} are limited, because too few codes were verified`,
  };
  const message =
    words[refusal.limit.name] ?? `Too many codes were sent to this ${nounOf(phoneNumber)}`;
  return refuse('rate_limited', message, refusal);
}
