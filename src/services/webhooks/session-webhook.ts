import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { StoredWebhook } from '../../storage/webhooks/webhook-store.ts';
import type { WebhookContext } from './context.ts';
import { auditWebhookChange, insertWebhook } from './manage-webhooks.ts';
import { readEdits, readGivenSecret } from './webhook-fields.ts';
import { sealSecret } from './webhook-secrets.ts';

/** The own webhook of a session as a caller describes it: no URL removes it. */
export type SessionWebhookDraft = {
  readonly webhookUrl?: string | null | undefined;
  readonly webhookSecret?: string | undefined;
  readonly webhookEvents?: readonly string[] | undefined;
};

/** The own webhook of a session. `secret` is there if it is new, and shown once. */
export type SessionWebhook = {
  readonly webhook: StoredWebhook | undefined;
  readonly secret: string | undefined;
};

/** The names of the fields under which a session has what a webhook calls otherwise. */
const FIELDS = { url: 'webhookUrl', events: 'webhookEvents', secret: 'webhookSecret' };

/**
 * Creates, changes or removes the own webhook of a session. By default, it gets all events of the session.
 * @throws {AppError} `validation_failed` for a URL that must not be called, an unknown type of event, a secret that is
 * none, or a secret or events without a URL; `forbidden` for a session that the caller's key does not permit.
 */
export async function saveSessionWebhook(
  ctx: WebhookContext,
  caller: Caller,
  { sessionId, accountId }: { readonly sessionId: string; readonly accountId: string },
  draft: SessionWebhookDraft,
): Promise<SessionWebhook> {
  assertPermitted(caller.restrictions, { sessionId });
  const { webhookUrl: url, webhookEvents: events, webhookSecret } = draft;
  const present = await ctx.webhooks.findOfSession(sessionId);
  if (url === null) return removePresent(ctx, caller, present);
  if (!present && url === undefined) {
    assertUrlIsGiven(draft);
    return { webhook: undefined, secret: undefined };
  }
  if (!present) {
    const created = { url: url ?? '', events: events ?? ['*'], secret: webhookSecret, sessionId };
    return insertWebhook(ctx, { ...caller, accountId }, created, FIELDS);
  }
  const { webhookId } = present;
  const secret = readGivenSecret(webhookSecret, FIELDS.secret);
  const changes = {
    ...readEdits(ctx, accountId, { url, events }, FIELDS),
    ...(secret && { sealedSecret: sealSecret(ctx.sealer, webhookId, secret) }),
  };
  await auditWebhookChange(ctx, caller, webhookId, 'changed');
  await ctx.webhooks.update({ accountId, webhookId }, changes, ctx.now());
  await ctx.endpoints.refresh();
  return { webhook: await ctx.webhooks.findOfSession(sessionId), secret: undefined };
}

async function removePresent(
  ctx: WebhookContext,
  caller: Caller,
  present: StoredWebhook | undefined,
): Promise<SessionWebhook> {
  if (present) {
    await auditWebhookChange(ctx, caller, present.webhookId, 'removed');
    await ctx.webhooks.remove(present);
    await ctx.endpoints.refresh();
  }
  return { webhook: undefined, secret: undefined };
}

/** Checks the webhook of a session that does not exist yet. @throws {AppError} `validation_failed`. */
export function assertSessionWebhook(ctx: WebhookContext, draft: SessionWebhookDraft): void {
  const { webhookUrl: url, webhookEvents: events, webhookSecret } = draft;
  readEdits(ctx, '', { url: url ?? undefined, events }, FIELDS);
  readGivenSecret(webhookSecret, FIELDS.secret);
  assertUrlIsGiven(draft);
}

/** @throws {AppError} `validation_failed` for a secret or events of a webhook that has no URL. */
function assertUrlIsGiven({ webhookUrl, webhookEvents, webhookSecret }: SessionWebhookDraft): void {
  if (webhookUrl || !(webhookEvents || webhookSecret)) return;
  throw invalidField(FIELDS.url, 'is required for a webhook');
}
