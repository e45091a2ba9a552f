import type { Caller } from '../../../domain/access/caller.ts';
import { isPermitted } from '../../../domain/access/key-restrictions.ts';
import { type Locale, localeOfRegion } from '../../../domain/delivery/locale.ts';
import type { WorkflowStep } from '../../../domain/delivery/workflow.ts';
import { isEmailRecipient } from '../../../domain/recipient.ts';
import { refuse } from '../../../domain/refusal.ts';
import { isServicePurpose } from '../../../domain/verification/service-purpose.ts';
import { SealError, type Sealer } from '../../../lib/crypto/encryption.ts';
import type { FirstDelivery } from '../../../storage/procedures.ts';
import type {
  SendableVerification,
  VerificationStore,
} from '../../../storage/verification/verification-store.ts';
import { beginDelivery, type Message } from '../../delivery/deliver.ts';
import { writeText } from '../../delivery/templates/message-text.ts';
import type { DeliveryPlan } from '../../delivery/workflow.ts';
import type { VerificationContext } from '../context.ts';
import type { OpenedVerification, StartRequest } from '../create-verification.ts';

/** What is needed to send the code of a verification again, besides its row. It is stored sealed. */
export type SendFacts = {
  readonly code: string;
  /** The language that the caller wants; undefined for that of the recipient's region. */
  readonly locale: Locale | undefined;
  readonly companyName?: string | undefined;
  readonly email?: string | undefined;
  /** The sessions that may send it; undefined means any session of the account. */
  readonly sessions?: readonly string[] | undefined;
  /** The account whose sessions send it. */
  readonly senderAccountId: string;
  readonly steps: readonly WorkflowStep[];
};

/** A live verification whose code can be sent again. */
export type LiveCode = SendableVerification & { readonly facts: SendFacts };

/** A code of a stored verification, ready to be sent. */
export type CodeToSend = {
  readonly opened: OpenedVerification;
  readonly facts: SendFacts;
  /** The account whose templates apply, and the region of the recipient. */
  readonly accountId: string;
  readonly region: string;
  /** False if it was sent before. */
  readonly isNew: boolean;
  /** Its first delivery, which is stored and not attempted yet. */
  readonly first: FirstDelivery;
};

export function toFacts(
  { caller, ...request }: StartRequest,
  code: string,
  steps: readonly WorkflowStep[],
): SendFacts {
  const { recipient, locale, companyName, sessionId } = request;
  const ownEmail = isEmailRecipient(recipient.phoneNumber) ? recipient.phoneNumber : undefined;
  const email = ownEmail ?? request.email;
  const sessions = sessionId === undefined ? caller.restrictions.sessions : [sessionId];
  const senderAccountId = request.senderAccountId ?? caller.accountId;
  return { code, locale, companyName, email, sessions, senderAccountId, steps };
}

/** Seals the facts for one verification: in the row of another one, they cannot be opened. */
export function sealFacts(sealer: Sealer, verificationId: string, facts: SendFacts): string {
  return sealer.seal(JSON.stringify(facts), contextOf(verificationId));
}

/**
 * Prepares to send a live code again, if the request is for that, and stores the delivery. Undefined if a new code must
 * be sent: none is live, it has no attempts left, the secret key that sealed it is gone, none of its channels is enabled,
 * or it was sent for a session, or to an email address, that the request must not or does not mean. What the request says
 * about the message replaces what was said before, and steps that have not started do not start.
 * @throws {AppError} `rate_limited` if a verify service has sent the code as often as it may.
 */
export async function resumeLiveCode(
  ctx: VerificationContext,
  { isResend = false, ...request }: StartRequest,
  plan: DeliveryPlan,
): Promise<CodeToSend | undefined> {
  if (!isResend || ctx.policy.resendCode === 'new') return undefined;
  const { caller, recipient, purpose } = request;
  const { accountId } = caller;
  const scope = { accountId, phoneNumber: recipient.phoneNumber, purpose };
  const live = await openLiveCode(ctx, { scope });
  if (!live || !isMeant(request, live)) return undefined;
  const { verificationId, region } = live;
  if (isServicePurpose(purpose)) await countResend(ctx, caller, verificationId);
  const { locale = live.facts.locale, companyName = live.facts.companyName } = request;
  const hasOwnSteps = request.channel !== undefined || request.workflow !== undefined;
  const steps = hasOwnSteps ? plan.steps : live.facts.steps;
  const facts = { ...narrowSessions(live.facts, caller), locale, companyName, steps };
  const sealed = sealFacts(ctx.sealer, verificationId, facts);
  const isLive = await ctx.verifications.replaceMessage(verificationId, sealed, ctx.now());
  if (!isLive) return undefined;
  await ctx.deliveries.cancelPending(verificationId, ctx.now());
  const sending = { opened: toOpened(ctx, live), facts, accountId, region };
  const first = await beginDelivery(ctx.delivery, toMessage(ctx, sending), steps);
  return first && { ...sending, isNew: false, first };
}

/** Counts one more send of a code. A send that fails stays counted, as each one may have reached the recipient. */
async function countResend(
  { limiter, limits }: VerificationContext,
  caller: Caller,
  verificationId: string,
): Promise<void> {
  const hit = { limit: limits.resendsPerCode, subject: verificationId };
  const counted = await limiter.consume(caller, [hit]);
  if (!counted.granted) {
    throw refuse('rate_limited', 'Max send attempts reached', counted.refusal);
  }
}

/** Whether a request may send this live code, and to where it was sent before. */
function isMeant(
  { caller, sessionId, email }: Omit<StartRequest, 'isResend'>,
  { facts, ...live }: LiveCode,
): boolean {
  const { purpose, region } = live;
  return (
    isPermitted(caller.restrictions, { sessionId: live.sessionId, purpose, region }) &&
    (sessionId === undefined || sessionId === live.sessionId) &&
    (email === undefined || email === facts.email)
  );
}

/** The facts with those of the sessions that the caller may use. */
export function narrowSessions(
  facts: SendFacts,
  { restrictions: { sessions: permitted } }: Pick<Caller, 'restrictions'>,
): SendFacts {
  const { sessions } = facts;
  if (permitted === undefined) return facts;
  return { ...facts, sessions: sessions?.filter((id) => permitted.includes(id)) ?? permitted };
}

/** Finds a live verification and opens its facts; undefined if its code can no longer be sent. */
export async function openLiveCode(
  { verifications, sealer, now }: VerificationContext,
  ref: Parameters<VerificationStore['findSendable']>[0],
): Promise<LiveCode | undefined> {
  const found = await verifications.findSendable(ref, now());
  const facts = found && openFacts(sealer, found);
  return found && facts && { ...found, facts };
}

function openFacts(
  sealer: Sealer,
  { verificationId, sealedMessage }: SendableVerification,
): SendFacts | undefined {
  try {
    return JSON.parse(sealer.open(sealedMessage, contextOf(verificationId))) as SendFacts;
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

/** The verification as it is presented to a caller who sends its code again. Its expiry does not change. */
export function toOpened(
  { policy, now }: Pick<VerificationContext, 'policy' | 'now'>,
  { verificationId, phoneNumber, sessionId, expiresAt }: SendableVerification,
): OpenedVerification {
  const expiresInSeconds = Math.ceil((expiresAt.getTime() - now().getTime()) / 1000);
  const resendInSeconds = policy.resendSeconds;
  return { verificationId, phoneNumber, sessionId, expiresAt, expiresInSeconds, resendInSeconds };
}

/** The message with the code, for any channel. It says how long the code is still valid. */
export function toMessage(
  { delivery, policy }: Pick<VerificationContext, 'delivery' | 'policy'>,
  { opened, facts, ...sending }: Omit<CodeToSend, 'isNew' | 'first'>,
): Message {
  const { verificationId, phoneNumber, sessionId, expiresInSeconds } = opened;
  const { code, locale, companyName, email, sessions, senderAccountId } = facts;
  const { accountId, region } = sending;
  const ttlSeconds = roundDown(expiresInSeconds, policy.ttlSeconds);
  const ofText = { accountId, region, locale, code, ttlSeconds, companyName };
  return {
    accountId: senderAccountId,
    recipient: phoneNumber,
    email,
    code,
    writeText: (channel) => writeText(delivery.texts, ofText, channel),
    verificationId,
    sessions,
    sessionId,
    locale: locale ?? localeOfRegion(region),
    companyName,
    ttlSeconds: expiresInSeconds,
  };
}

/** The rest of a life, as a message states it: in whole minutes, if there is more than one left. */
function roundDown(seconds: number, ttlSeconds: number): number {
  return seconds >= ttlSeconds || seconds < 60 ? seconds : seconds - (seconds % 60);
}

function contextOf(verificationId: string): string {
  return `verification|${verificationId}`;
}
