import { isTooLate, planNextAttempt } from '../../../domain/webhooks/retry-schedule.ts';
import { GONE } from '../../../domain/webhooks/webhook.ts';
import type { GuardedResult } from '../../../lib/guarded-http/guarded-client.ts';
import type { ClaimedPush, PushOutcome } from '../../../storage/webhooks/webhook-delivery-store.ts';
import type { StoredWebhook } from '../../../storage/webhooks/webhook-store.ts';
import { nameRecipient, namesRecipient } from '../recipient-data.ts';
import { signWebhook } from '../sign.ts';
import { openSecrets } from '../webhook-secrets.ts';
import { noteHealth } from './endpoint-health.ts';
import { toEventBody } from './event-body.ts';
import type { PushContext } from './push-context.ts';

const TIMEOUT_MS = 15_000;

/** Pushes an event to an endpoint once, and stores how that ended. One that is of no use any longer is dropped. */
export async function pushEvent(
  ctx: PushContext,
  endpoint: StoredWebhook,
  push: ClaimedPush,
  signal: AbortSignal,
): Promise<void> {
  if (isStale(push, ctx.now())) {
    await ctx.pushes.drop(push, TOO_OLD, ctx.now());
    return;
  }
  const result = await post(ctx, endpoint, push, signal);
  // A response that came in time counts.
  if (signal.aborted && result.kind !== 'response') {
    await ctx.pushes.release(push, ctx.now());
    return;
  }
  const outcome = toOutcome(ctx, push, result);
  const isOurs = await ctx.pushes.settle(push, outcome, ctx.now());
  // Another node has taken it, because this one was slow: it says how the endpoint is.
  if (!isOurs) return;
  ctx.onPushed(outcome.status);
  await noteHealth(ctx, endpoint, outcome);
}

const TOO_OLD = 'It was not sent, because it is too old';

/** Whether a push has waited for too long, at a paused endpoint for example. What a person repeats is not too old. */
function isStale(
  { attempts, createdAt, updatedAt, event: { type, occurredAt } }: ClaimedPush,
  now: Date,
): boolean {
  const isRepeated = attempts === 0 && updatedAt > createdAt;
  return isTooLate(type, isRepeated ? updatedAt : occurredAt, now);
}

async function post(
  { client, events, sealer, now, timeoutMs = TIMEOUT_MS }: PushContext,
  endpoint: StoredWebhook,
  { event }: ClaimedPush,
  signal: AbortSignal,
): Promise<GuardedResult> {
  const body = JSON.stringify(toEventBody(await withNumber(events, endpoint, event)));
  const at = now();
  const secrets = openSecrets(sealer, endpoint, at);
  const signed = signWebhook({ id: event.eventId, timestamp: at, body, secrets });
  const headers = { 'content-type': 'application/json', 'user-agent': 'Waverify', ...signed };
  return client.post({ url: endpoint.url, headers, body, timeoutMs, signal });
}

/** Adds the whole phone number for an endpoint that may see it, while the verification is stored. */
async function withNumber(
  events: PushContext['events'],
  { seesNumbers }: StoredWebhook,
  event: ClaimedPush['event'],
): Promise<ClaimedPush['event']> {
  if (!seesNumbers || !namesRecipient(event.data)) return event;
  const recipient = (await events.findNumbers([event.subject])).get(event.subject);
  if (recipient === undefined) return event;
  return { ...event, data: { ...event.data, ...nameRecipient(recipient) } };
}

function toOutcome(
  { now, random }: PushContext,
  { attempts, event: { type, occurredAt } }: ClaimedPush,
  result: GuardedResult,
): PushOutcome {
  const isResponse = result.kind === 'response';
  const responseStatus = isResponse ? result.status : undefined;
  const seen = {
    responseStatus,
    response: isResponse ? result.excerpt : undefined,
    milliseconds: result.kind === 'refused' ? undefined : result.milliseconds,
  };
  if (responseStatus !== undefined && responseStatus >= 200 && responseStatus < 300) {
    return { ...seen, status: 'SUCCESS', nextAttemptAt: undefined, error: undefined };
  }
  const error = isResponse ? `The endpoint answered ${responseStatus}` : result.message;
  if (responseStatus === GONE) {
    return { ...seen, error, status: 'FAILED', nextAttemptAt: undefined };
  }
  const retryAfterSeconds = isResponse ? result.retryAfterSeconds : undefined;
  const tried = { attempts: attempts + 1, type, occurredAt, retryAfterSeconds };
  const next = planNextAttempt(tried, { now: now(), random });
  if (next.kind === 'due') return { ...seen, error, status: 'RETRYING', nextAttemptAt: next.at };
  const ended =
    next.reason === 'too_late' ? `${error}. It is not tried again, because it is too old` : error;
  return { ...seen, error: ended, status: 'FAILED', nextAttemptAt: undefined };
}
