import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import { invalidField } from '../../domain/refusal.ts';
import {
  eventTypes,
  findPatternFaults,
  matchesPattern,
  TEST_TYPE,
} from '../../domain/webhooks/event-types.ts';
import type { WebhookDeliveryStatus } from '../../domain/webhooks/webhook.ts';
import type { StoredEvent } from '../../storage/webhooks/event-store.ts';
import type { StoredPush } from '../../storage/webhooks/webhook-delivery-store.ts';
import type { WebhookContext } from './context.ts';
import { getActiveWebhook, getWebhook } from './manage-webhooks.ts';

export type PushDetails = StoredPush;

type EventFilter = {
  /** A type, or a group such as `verification.*`. */
  readonly type: string | undefined;
  /** The verification, session or endpoint that it is about. */
  readonly subject: string | undefined;
};

/** @throws {AppError} `forbidden` for a key that is restricted to a part of the account. */
export async function listEvents(
  { events }: WebhookContext,
  { accountId, restrictions }: Caller,
  { type: pattern, subject }: EventFilter,
  page: PageRequest,
): Promise<Page<StoredEvent>> {
  assertSeesWholeAccount(restrictions);
  const types = pattern === undefined ? undefined : readTypes(pattern);
  const found = await events.list({ accountId, types, subject }, page);
  return toPage(found, page.limit, ({ id }) => id);
}

/** @throws {AppError} `validation_failed` for a pattern that matches no event. */
function readTypes(pattern: string): readonly string[] | undefined {
  if (pattern === TEST_TYPE) return [TEST_TYPE];
  const [fault] = findPatternFaults([pattern]);
  if (fault) throw invalidField('type', fault.message);
  return pattern === '*' ? undefined : eventTypes.filter((type) => matchesPattern(pattern, type));
}

/** @throws {AppError} `not_found`; `forbidden`. */
export async function getEvent(
  { events }: WebhookContext,
  { accountId, restrictions }: Caller,
  eventId: string,
): Promise<StoredEvent> {
  assertSeesWholeAccount(restrictions);
  const found = await events.find(accountId, eventId);
  if (found) return found;
  throw new AppError('not_found', 'No such event');
}

/** Lists what was pushed to an endpoint, newest first. @throws {AppError} `not_found`. */
export async function listPushes(
  ctx: WebhookContext,
  caller: Caller,
  filter: { readonly webhookId: string; readonly status: WebhookDeliveryStatus | undefined },
  page: PageRequest,
): Promise<Page<StoredPush>> {
  await getWebhook(ctx, caller, filter.webhookId);
  return toPage(await ctx.pushes.list(filter, page), page.limit, ({ id }) => id);
}

/** @throws {AppError} `not_found`; `forbidden`. */
export async function getPush(
  { pushes }: WebhookContext,
  { accountId, restrictions }: Caller,
  id: number,
): Promise<StoredPush> {
  assertSeesWholeAccount(restrictions);
  const found = await pushes.find(accountId, id);
  if (found) return found;
  throw new AppError('not_found', 'No such delivery');
}

/**
 * Pushes an event to its endpoint again, under the same ID.
 * @throws {AppError} `not_found`; `webhook_not_active`; `request_in_progress` while it is being pushed; `forbidden`.
 */
export async function replayPush(
  ctx: WebhookContext,
  caller: Caller,
  id: number,
): Promise<StoredPush> {
  const { webhookId } = await getPush(ctx, caller, id);
  await getActiveWebhook(ctx, caller, webhookId);
  if (!(await ctx.pushes.replay(id, ctx.now()))) {
    throw new AppError('request_in_progress', 'This event is being pushed right now');
  }
  ctx.wake();
  return getPush(ctx, caller, id);
}

/**
 * Pushes again what was pushed to an endpoint since a time: all, or only what failed. Returns how many.
 * @throws {AppError} `not_found`; `webhook_not_active`; `forbidden`.
 */
export async function replaySince(
  ctx: WebhookContext,
  caller: Caller,
  webhookId: string,
  what: { readonly since: Date; readonly status: 'FAILED' | undefined },
): Promise<number> {
  await getActiveWebhook(ctx, caller, webhookId);
  const replayed = await ctx.pushes.replaySince(webhookId, what, ctx.now());
  ctx.wake();
  return replayed;
}
