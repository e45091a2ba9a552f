import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import { toEventId } from '../../domain/webhooks/event-id.ts';
import { TEST_TYPE } from '../../domain/webhooks/event-types.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type {
  StoredWebhook,
  WebhookChanges,
  WebhookRef,
} from '../../storage/webhooks/webhook-store.ts';
import type { WebhookContext } from './context.ts';
import { drawSecret } from './sign.ts';
import {
  FIELD_NAMES,
  type FieldNames,
  readEdits,
  readGivenSecret,
  type WebhookEdits,
} from './webhook-fields.ts';
import { sealSecret } from './webhook-secrets.ts';

export type WebhookDetails = StoredWebhook;

/** An endpoint as a caller describes it. Sessions are named as the account knows them. */
export type WebhookDraft = {
  readonly url: string;
  readonly events: readonly string[];
  readonly description?: string | undefined;
  /** The session whose own endpoint it is; undefined for one of the account. */
  readonly sessionId?: string | undefined;
  readonly sessions?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
  readonly fullNumbers?: boolean | undefined;
  /** The secret that the receiver already has; by default, a new one. */
  readonly secret?: string | undefined;
};

/** An endpoint, and its secret, which is shown once. */
export type WebhookWithSecret = { readonly webhook: StoredWebhook; readonly secret: string };

const MOST_WEBHOOKS = 50;

/** How long the previous secret also signs. */
const OVERLAP_SECONDS = 86_400;

export async function listWebhooks(
  { webhooks }: WebhookContext,
  { accountId, restrictions }: Caller,
  page: PageRequest,
): Promise<Page<StoredWebhook>> {
  assertSeesWholeAccount(restrictions);
  return toPage(await webhooks.list(accountId, page), page.limit, ({ id }) => id);
}

/** @throws {AppError} `not_found`; `forbidden` for a key that is restricted to a part of the account. */
export async function getWebhook(
  { webhooks }: WebhookContext,
  { accountId, restrictions }: Caller,
  webhookId: string,
): Promise<StoredWebhook> {
  assertSeesWholeAccount(restrictions);
  return readWebhook({ webhooks }, { accountId, webhookId });
}

async function readWebhook(
  { webhooks }: Pick<WebhookContext, 'webhooks'>,
  ref: WebhookRef,
): Promise<StoredWebhook> {
  const found = await webhooks.find(ref);
  if (found) return found;
  throw new AppError('not_found', 'No such webhook');
}

/**
 * Creates an endpoint. From then on, events of the account are recorded and pushed to it.
 * @throws {AppError} `validation_failed` for a URL that must not be called, an unknown type of event, a secret that is
 * none, or with too many endpoints; `forbidden` for a key that is restricted to a part of the account.
 */
export async function createWebhook(
  ctx: WebhookContext,
  caller: Caller,
  draft: WebhookDraft,
): Promise<WebhookWithSecret> {
  assertSeesWholeAccount(caller.restrictions);
  return insertWebhook(ctx, caller, draft);
}

/** @throws {AppError} as `getWebhook`; `webhook_not_active` if nothing is pushed to it now. */
export async function getActiveWebhook(
  ctx: WebhookContext,
  caller: Caller,
  webhookId: string,
): Promise<StoredWebhook> {
  const webhook = await getWebhook(ctx, caller, webhookId);
  if (webhook.isActive) return webhook;
  const state = webhook.disabledReason === 'paused' ? 'paused' : 'disabled';
  const message = `The webhook is ${state}. Resume it first: PATCH /api/webhooks/${webhookId} {"isActive": true}`;
  throw new AppError('webhook_not_active', message);
}

/** Creates an endpoint for a caller who may do so. */
export async function insertWebhook(
  ctx: WebhookContext,
  caller: Caller,
  draft: WebhookDraft,
  names: FieldNames = FIELD_NAMES,
): Promise<WebhookWithSecret> {
  const { accountId } = caller;
  const webhookId = `wh_${randomId(18)}`;
  const secret = readGivenSecret(draft.secret, names.secret) ?? drawSecret();
  const now = ctx.now();
  const fields = readEdits(ctx, accountId, draft, names);
  const row = {
    ...{ webhookId, accountId, createdBy: formatPrincipal(caller.principal) },
    ...{ url: fields.url ?? '', events: fields.events ?? [] },
    ...{ description: fields.description, sessions: fields.sessions, purposes: fields.purposes },
    ...{ seesNumbers: draft.fullNumbers ?? false, sessionId: draft.sessionId },
    sealedSecret: sealSecret(ctx.sealer, webhookId, secret),
    ...{ createdAt: now, updatedAt: now },
  };
  await auditWebhookChange(ctx, caller, webhookId, 'created');
  if (!(await ctx.webhooks.create(row, MOST_WEBHOOKS, now))) {
    const message = `An account can have at most ${MOST_WEBHOOKS} webhooks`;
    throw new AppError('validation_failed', message);
  }
  await ctx.endpoints.refresh();
  return { webhook: await readWebhook(ctx, { accountId, webhookId }), secret };
}

/**
 * Changes an endpoint. One that becomes active again gets what waited for it.
 * @throws {AppError} `not_found`; `validation_failed` and `forbidden` as `createWebhook`.
 */
export async function updateWebhook(
  ctx: WebhookContext,
  caller: Caller,
  webhookId: string,
  edits: WebhookEdits,
): Promise<StoredWebhook> {
  assertSeesWholeAccount(caller.restrictions);
  const { accountId } = caller;
  const { isActive } = edits;
  const healthy = { disabledReason: null, failures: 0, failingSince: null, lastError: null };
  const changes: WebhookChanges = {
    ...readEdits(ctx, accountId, edits),
    ...{ seesNumbers: edits.fullNumbers, isActive },
    ...(isActive === true && healthy),
    ...(isActive === false && { disabledReason: 'paused' as const }),
  };
  await auditWebhookChange(ctx, caller, webhookId, 'changed');
  const isFound = await ctx.webhooks.update({ accountId, webhookId }, changes, ctx.now());
  if (!isFound) throw new AppError('not_found', 'No such webhook');
  await ctx.endpoints.refresh();
  if (isActive) ctx.wake();
  return readWebhook(ctx, { accountId, webhookId });
}

/** Deletes an endpoint, and what was to be pushed to it. @throws {AppError} `not_found`; `forbidden`. */
export async function removeWebhook(
  ctx: WebhookContext,
  caller: Caller,
  webhookId: string,
): Promise<void> {
  assertSeesWholeAccount(caller.restrictions);
  await auditWebhookChange(ctx, caller, webhookId, 'removed');
  const isRemoved = await ctx.webhooks.remove({ accountId: caller.accountId, webhookId });
  await ctx.endpoints.refresh();
  if (!isRemoved) throw new AppError('not_found', 'No such webhook');
}

/**
 * Replaces the secret of an endpoint. For a day, what is pushed has a signature by each of the two.
 * @throws {AppError} `not_found`; `forbidden`; `request_in_progress` when another caller does the same.
 */
export async function rotateWebhookSecret(
  ctx: WebhookContext,
  caller: Caller,
  webhookId: string,
): Promise<WebhookWithSecret> {
  const { sealedSecret: present } = await getWebhook(ctx, caller, webhookId);
  const secret = drawSecret();
  const next = sealSecret(ctx.sealer, webhookId, secret);
  const now = ctx.now();
  const previousUntil = addSeconds(now, OVERLAP_SECONDS);
  await auditWebhookChange(ctx, caller, webhookId, 'secret_rotated');
  const ref = { accountId: caller.accountId, webhookId };
  if (!(await ctx.webhooks.rotate(ref, { present, next, previousUntil }, now))) {
    throw new AppError('request_in_progress', 'The secret is being replaced by another request');
  }
  await ctx.endpoints.refresh();
  return { webhook: await readWebhook(ctx, ref), secret };
}

/**
 * Records a test event, and pushes it to this endpoint only. Returns its ID.
 * @throws {AppError} `not_found`; `webhook_not_active`; `forbidden`.
 */
export async function testWebhook(
  ctx: WebhookContext,
  caller: Caller,
  webhookId: string,
): Promise<string> {
  const { accountId } = await getActiveWebhook(ctx, caller, webhookId);
  const eventId = toEventId(randomId(24));
  const event = {
    ...{ eventId, accountId, type: TEST_TYPE, subject: webhookId },
    data: { webhookId, message: 'This is a test of your webhook endpoint' },
    occurredAt: ctx.now(),
  };
  await ctx.events.record([{ event, webhookIds: [webhookId] }], ctx.now());
  ctx.wake();
  return eventId;
}

export function auditWebhookChange(
  { activity }: WebhookContext,
  caller: Caller,
  webhookId: string,
  what: string,
): Promise<void> {
  const details = `${webhookId}: ${what}`;
  return activity.audit(caller, { action: 'webhook_change', status: 'success', details });
}
