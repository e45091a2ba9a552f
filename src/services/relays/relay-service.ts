import { setTimeout as pause } from 'node:timers/promises';
import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import type { Locale } from '../../domain/delivery/locale.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import { isEmailRecipient } from '../../domain/recipient.ts';
import { overloaded } from '../../domain/refusal.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import { findChannel, planDelivery } from '../delivery/workflow.ts';
import { consumeSendBudget } from '../verification/limits/send-budget.ts';
import { findTestNumber } from '../verification/test-numbers.ts';
import { completeRelay, type PreparedRelay, refuseRelay, type Unsent } from './complete-relay.ts';
import type { RelayContext } from './context.ts';
import { noteUndelivered } from './note-undelivered.ts';
import { type RelayFacts, sealRelay } from './relay-facts.ts';

/** A message with a code that the caller owns. */
export type RelayRequest = {
  readonly caller: Caller;
  readonly recipient: Recipient;
  readonly purpose: string;
  readonly code: string;
  /** The text of the caller; undefined for that of our template. */
  readonly text: string | undefined;
  readonly locale: Locale | undefined;
  readonly companyName: string | undefined;
  readonly ttlSeconds: number;
  /** The channels to try, in order; undefined for the workflow of the account. */
  readonly channels: readonly string[] | undefined;
  readonly hookId: string | undefined;
  /** What makes two calls the same event; undefined if each call is a new one. */
  readonly event: RelayedEvent | undefined;
};

export type RelayedEvent = { readonly id: string; readonly windowSeconds: number };

export type Relayed = {
  readonly relayId: string;
  /** Whether the same event came before, so that nothing was sent now. */
  readonly isRepeated: boolean;
};

/** How long a caller waits for a channel. Supabase and ZITADEL give up after 5 seconds. */
const ANSWER_MS = 3000;

/**
 * Delivers a code that the caller owns: nothing can be verified here, and neither its code nor its text is stored in
 * clear. The same event is sent once. Resolves when a channel has accepted the message, or after 3 seconds, and then goes on
 * in the background.
 * @throws {AppError} `forbidden` outside the caller's restrictions; `validation_failed` if no channel reaches the
 * recipient; `rate_limited`; `overloaded`; `recipient_unreachable`, `provider_unavailable` or `delivery_failed` if no
 * channel accepted the message in time. The same event is sent when it comes again, unless its message may have left.
 */
export async function relayMessage(ctx: RelayContext, request: RelayRequest): Promise<Relayed> {
  const relayId = ctx.drawRelayId();
  const repeated = await receive(ctx, request, relayId);
  if (repeated !== undefined) return { relayId: repeated, isRepeated: true };
  const error = await send(ctx, request, relayId).catch((fault: unknown) =>
    refuseRelay(ctx, relayId, fault),
  );
  logRelayed(ctx, request, relayId, error);
  if (error) throw error;
  return { relayId, isRepeated: false };
}

/** Records the call; returns the message of the same event if it came before. */
async function receive(
  ctx: RelayContext,
  request: RelayRequest,
  relayId: string,
): Promise<string | undefined> {
  const { relays, now } = ctx;
  const { caller, recipient, purpose, hookId, event, code } = request;
  const eventKey = event && ctx.digestEvent(`${hookId ?? caller.accountId}|${event.id}`);
  const row = {
    ...{ relayId, accountId: caller.accountId, hookId, eventKey, ...recipient, purpose },
    ...{ codeLength: code.length, sentBy: formatPrincipal(caller.principal) },
    ipAddress: caller.ipAddress,
  };
  const isNew = () => {
    const createdAt = now();
    const expiresAt = addSeconds(createdAt, request.ttlSeconds);
    return relays.receive({ ...row, createdAt, expiresAt });
  };
  if (await isNew()) return undefined;
  const before = addSeconds(now(), -(event?.windowSeconds ?? 0));
  if (eventKey === undefined) throw overloaded(1);
  const isFree = await relays.releaseEvent(eventKey, before, now());
  if (isFree && (await isNew())) return undefined;
  const found = await relays.findByEvent(eventKey);
  // The first call has just been refused: the caller may try again.
  if (!found) throw overloaded(1);
  return found.relayId;
}

/** Sends a received message; returns why it was not sent. @throws {AppError} if it is refused before. */
async function send(ctx: RelayContext, request: RelayRequest, relayId: string): Promise<Unsent> {
  const { caller, recipient, purpose } = request;
  const { region } = recipient;
  assertPermitted(caller.restrictions, { purpose, region });
  if (caller.mode === 'test') {
    await ctx.relays.end(relayId, { status: 'test', isRepeatable: false }, ctx.now());
    return undefined;
  }
  const facts = await toFacts(ctx, request);
  await findTestNumber(ctx.testNumbers, caller, recipient.phoneNumber);
  const budget = await consumeSendBudget(ctx, { caller, recipient, purpose, isRelayed: true });
  const eraseAt = addSeconds(ctx.now(), request.ttlSeconds);
  const sealed = { message: sealRelay(ctx.sealer, relayId, facts), eraseAt };
  if (!(await ctx.relays.startSending(relayId, sealed, ctx.now()))) {
    await ctx.limiter.refund(caller, budget.hits);
    throw overloaded(1);
  }
  const sending = startInBackground(ctx, request, { relayId, facts, eraseAt, budget });
  if (!sending) {
    await ctx.limiter.refund(caller, budget.hits);
    throw overloaded(1);
  }
  return waitFor(sending, (error) => logLate(ctx, request, relayId, error));
}

async function toFacts(ctx: RelayContext, request: RelayRequest): Promise<RelayFacts> {
  const { caller, recipient, code, text, locale, companyName, ttlSeconds } = request;
  const { sessions, sendsPerHour } = caller.restrictions;
  const { steps } = await planDelivery(ctx.delivery, caller.accountId, {
    recipient,
    workflow: toWorkflow(ctx, request),
  });
  return { code, text, locale, companyName, ttlSeconds, sessions, sendsPerHour, steps };
}

/** The steps of the channels that reach the recipient; undefined for the workflow of the account. */
function toWorkflow({ delivery }: RelayContext, { channels, recipient }: RelayRequest) {
  const reaches = isEmailRecipient(recipient.phoneNumber) ? 'email' : undefined;
  const usable = channels?.filter((name) => findChannel(delivery, name)?.reaches === reaches) ?? [];
  return usable.length === 0 ? undefined : usable.map((channel) => ({ channel }));
}

/** Starts a send that outlives its caller; undefined if too many are in progress. */
function startInBackground(
  ctx: RelayContext,
  request: RelayRequest,
  prepared: PreparedRelay,
): Promise<Unsent> | undefined {
  let sending: Promise<Unsent> | undefined;
  ctx.sendsInBackground.start(async () => {
    sending = completeRelay(ctx, request, prepared);
    await sending;
  });
  return sending;
}

/** Waits for a send as long as a caller does. `onLate` is called with what became of a longer one. */
async function waitFor(sending: Promise<Unsent>, onLate: (error: Unsent) => void): Promise<Unsent> {
  const timer = new AbortController();
  const over = pause(ANSWER_MS, 'late' as const, { signal: timer.signal }).catch(() => undefined);
  const first = await Promise.race([sending, over]).finally(() => timer.abort());
  if (first !== 'late') return first;
  void sending.then(onLate);
  return undefined;
}

/** Logs that a message whose caller has its answer was not sent. */
function logLate(
  ctx: RelayContext,
  { caller, ...request }: RelayRequest,
  relayId: string,
  error: Unsent,
): void {
  if (!error) return;
  const { recipient, purpose, hookId } = request;
  const { accountId } = caller;
  logRelayed(ctx, { ...request, caller: { ...caller, call: undefined } }, relayId, error);
  noteUndelivered(ctx, { relayId, accountId, ...recipient, purpose, hookId }, error.code);
}

function logRelayed(
  { activity }: RelayContext,
  { caller, recipient }: RelayRequest,
  relayId: string,
  error: Unsent,
): void {
  activity.log(caller, {
    action: 'otp_relay',
    status: error ? 'error' : 'success',
    phoneNumber: recipient.phoneNumber,
    verificationId: relayId,
    isTest: caller.mode === 'test',
    ...(error && { errorMessage: error.code }),
  });
}
