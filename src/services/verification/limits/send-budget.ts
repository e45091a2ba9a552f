import type { Caller } from '../../../domain/access/caller.ts';
import type { AppError } from '../../../domain/errors.ts';
import { numberPrefix } from '../../../domain/phone-number/phone-number.ts';
import { type Claim, type Standing, toRate } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { Dependencies } from '../context.ts';
import type { StartRequest } from '../create-verification.ts';
import { allLockClaims } from './failure-limits.ts';
import { addressSendClaims, ownSendClaim, sendClaims, sharedSendClaim } from './send-limits.ts';

/** The part of a key's budget above which addresses with unverified sends are refused. */
const LOW_BUDGET = 1 / 8;

/** A send that was counted: what to give back when it does not happen, and how the limits stand. */
export type ClaimedSend = {
  readonly claims: readonly Claim[];
  readonly standings: readonly Standing[];
  /** How the locks of the number stood, and the count of the end user's address. */
  readonly watched: readonly Standing[];
};

/** Counts sends against the budgets of numbers, prefixes, keys, accounts, regions and all together. */
export function createSendBudget({
  limiter,
  limits,
  verifications,
  pumping,
  metrics,
  logger,
  now,
}: Pick<
  Dependencies,
  'limiter' | 'limits' | 'verifications' | 'pumping' | 'metrics' | 'logger' | 'now'
>) {
  /**
   * Counts one send on every budget, or on none. The first sends of an account to a number are its own;
   * later ones draw from the pot that all accounts share for that number.
   * @throws {AppError} `resend_too_soon` or `rate_limited`, with the seconds to wait.
   */
  async function claimSend(request: StartRequest): Promise<ClaimedSend> {
    const claimed = await claimBudgets(request);
    const ofAddress = await claimAddress(request, claimed);
    return { ...claimed, claims: [...claimed.claims, ...ofAddress] };
  }

  async function claimBudgets(request: StartRequest): Promise<ClaimedSend> {
    const { caller, recipient } = request;
    const isHeld = await pumping.isHeld(caller.accountId, recipient.phoneNumber);
    const claims = sendClaims(limits, request, isHeld);
    if (limits.sendsPerPhoneDayAllAccounts.max === 0) return claimAll(request, claims);
    const own = await claimOrRefuse(request, [...claims, ownSendClaim(limits, recipient)]);
    return own ?? claimAll(request, [...claims, sharedSendClaim(limits, recipient)]);
  }

  async function claimAll(request: StartRequest, claims: readonly Claim[]): Promise<ClaimedSend> {
    const claimed = await limiter.claim(request.caller, claims, watchedOf(request));
    if (!claimed.granted) throw toRefusal(request, claimed.refusal);
    return { claims, standings: claimed.standings, watched: claimed.watched };
  }

  /**
   * Counts a send for the address of its end user. Many people may share one, so a full count refuses
   * only when the budget of the key runs low: what is left of it is for other addresses. Returns what
   * was counted.
   */
  async function claimAddress(
    request: StartRequest,
    { claims, standings, watched }: ClaimedSend,
  ): Promise<readonly Claim[]> {
    const { caller } = request;
    const ofAddress = addressSendClaims(limits, caller);
    if (ofAddress.length === 0) return [];
    const ofKey = standings.find(({ limit }) => limit.name === limits.sendsPerKeyHour.name);
    const isLow = ofKey !== undefined && ofKey.used > toRate(ofKey.limit).burst * LOW_BUDGET;
    const isFull = watched.some((one) => one.isFull && one.limit === limits.sendsPerIpHour);
    if (isFull && !isLow) return [];
    const counted = await limiter.claim(caller, ofAddress);
    if (counted.granted) return ofAddress;
    if (!isLow) return [];
    await limiter.giveBack(caller, claims);
    throw toRefusal(request, counted.refusal);
  }

  function watchedOf({ caller, recipient }: StartRequest): Claim[] {
    return [...allLockClaims(limits, recipient.phoneNumber), ...addressSendClaims(limits, caller)];
  }

  /** Undefined when nothing is in the way but that the account's own first sends are used up. */
  async function claimOrRefuse(
    request: StartRequest,
    claims: readonly Claim[],
  ): Promise<ClaimedSend | undefined> {
    const isOwn = ({ limit }: Claim) => limit === limits.ownSendsPerPhoneDay;
    const claimed = await limiter.claim(request.caller, claims, watchedOf(request));
    if (claimed.granted) {
      const standings = claimed.standings.filter((standing) => !isOwn(standing));
      return { claims, standings, watched: claimed.watched };
    }
    if (isOwn(claimed.refusal)) return undefined;
    throw toRefusal(request, claimed.refusal);
  }

  /**
   * Gives back what a send counted that no channel took. A message that may be out all the same stays
   * counted. The first one in a row makes nobody wait; the next ones do, so that a gateway which passes
   * messages on and then fails cannot be used to flood one person.
   */
  async function refundFailed(
    { caller, recipient }: StartRequest,
    { claims }: Pick<ClaimedSend, 'claims'>,
    failure: { readonly verificationId: string; readonly mayHaveArrived: boolean },
  ): Promise<void> {
    if (!failure.mayHaveArrived) return limiter.giveBack(caller, claims);
    const { verificationId } = failure;
    const send = { accountId: caller.accountId, phoneNumber: recipient.phoneNumber };
    const isSecond = await verifications.followsDoubtfulSend({ ...send, verificationId }, now());
    const isCooldown = ({ limit }: Claim) => limit === limits.cooldown;
    if (!isSecond) await limiter.giveBack(caller, claims.filter(isCooldown));
  }

  /**
   * Gives a verified send back to the budgets of its prefix and of the end user's address, which count
   * those that nobody verifies: so honest people do not shut their neighbours out. To be called once for
   * each verified verification.
   */
  async function refundOnVerified(caller: Caller, verification: Verification): Promise<void> {
    if (caller.mode === 'test') return;
    const { accountId, phoneNumber } = verification;
    const subject = numberPrefix(phoneNumber);
    try {
      const isHeld = await pumping.isHeld(accountId, phoneNumber);
      const counted = isHeld ? [limits.sendsPerHeldPrefixHour] : [];
      const prefixLimits = [limits.sendsPerPrefixHour, ...counted];
      const ofPrefix = prefixLimits.map((limit) => ({ limit, subject }));
      await limiter.giveBack(caller, [...ofPrefix, ...addressSendClaims(limits, caller)]);
    } catch (err) {
      // The code is used up by now: a fault here may cost a count, never the answer.
      logger.error({ err }, 'a verified send stays counted as one that nobody verified');
    }
  }

  function toRefusal({ recipient }: StartRequest, refusal: Standing): AppError {
    metrics.sends.inc({ outcome: 'refused' });
    if (refusal.limit === limits.cooldown) {
      return refuse('resend_too_soon', 'Wait before asking for another code', refusal);
    }
    const words: Readonly<Record<string, string>> = {
      [limits.sendsPerKeyHour.name]: 'The sending budget of this key is used up',
      [limits.sendsPerIpHour.name]:
        'Too many codes for users at this address were not verified, and the sending budget of this key runs low',
      [limits.sendsPerAccountDay.name]: 'The daily sending budget of this account is used up',
      [limits.sendsPerRegionHour.name]:
        `The sending budget for region ${recipient.region} is used up`,
      [limits.sendsInAllHour.name]: 'The sending budget of this installation is used up',
      [limits.sendsPerPrefixHour.name]:
        'Too many codes for numbers with these first eight digits were not verified',
      [limits.sendsPerHeldPrefixHour.name]:
        'Sends to numbers with these first eight digits are held back: too few were verified',
    };
    const message = words[refusal.limit.name] ?? 'Too many codes were sent to this number';
    return refuse('rate_limited', message, refusal);
  }

  return { claimSend, refundFailed, refundOnVerified };
}
