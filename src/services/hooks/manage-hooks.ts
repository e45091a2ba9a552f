import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { isAllowed, type KeyMode } from '../../domain/access/permissions.ts';
import { AppError } from '../../domain/errors.ts';
import type { HookDialect } from '../../domain/hooks/hook.ts';
import { isDomain, toDomain } from '../../domain/links.ts';
import { type Page, type PageRequest, toPage } from '../../domain/page.ts';
import { invalidField } from '../../domain/refusal.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { LoggedDelivery } from '../../storage/activity/log-entry.ts';
import type { HookChanges, StoredHook } from '../../storage/hooks/hook-store.ts';
import type { RelayRow } from '../../storage/hooks/relay-store.ts';
import { assertEnabled } from '../delivery/workflow.ts';
import type { HookContext } from './context.ts';
import { drawHookSecret, readHookSecret, sealHookSecret } from './hook-secrets.ts';

export type HookDetails = StoredHook;

/** What a caller may set. Undefined leaves a field as it is, NULL empties it. */
export type HookEdits = HookChanges;

export type HookDraft = HookEdits & {
  readonly dialect: HookDialect;
  /** `test`: it sends nothing. */
  readonly mode: KeyMode;
  /** The secret that the server has chosen; by default, a new one. */
  readonly secret?: string | undefined;
};

/** A hook, and its secret, which is shown once. */
export type HookWithSecret = { readonly hook: StoredHook; readonly secret: string };

/** A call of a hook, with the attempts to deliver its message. */
export type HookCall = RelayRow & { readonly deliveries: readonly LoggedDelivery[] };

const MOST_HOOKS = 50;
const ID_BYTES = 18;

/** How long the previous secret is also accepted. */
const OVERLAP_SECONDS = 86_400;

/** How long codes are valid unless the hook or the call says otherwise, in seconds. */
const CODE_TTL_SECONDS = 600;

export async function listHooks(
  { hooks }: HookContext,
  { accountId, restrictions }: Caller,
  page: PageRequest,
): Promise<Page<StoredHook>> {
  assertSeesWholeAccount(restrictions);
  return toPage(await hooks.list(accountId, page), page.limit, ({ id }) => id);
}

/** @throws {AppError} `not_found`; `forbidden` for a key that is restricted to a part of the account. */
export async function getHook(
  { hooks }: HookContext,
  { accountId, restrictions }: Caller,
  hookId: string,
): Promise<StoredHook> {
  assertSeesWholeAccount(restrictions);
  const found = await hooks.find({ accountId, hookId });
  if (found) return found;
  throw noSuchHook();
}

/**
 * Creates a hook.
 * @throws {AppError} `validation_failed` for a channel that is not enabled, a secret or domain that is none, or with too
 * many hooks; `forbidden` for a key that is restricted to a part of the account, or may not send codes.
 */
export async function createHook(
  ctx: HookContext,
  caller: Caller,
  { dialect, mode, secret: given, ...draft }: HookDraft,
): Promise<HookWithSecret> {
  assertSeesWholeAccount(caller.restrictions);
  assertMaySend(caller);
  const { accountId } = caller;
  const hookId = `hk_${randomId(ID_BYTES)}`;
  const secret = given === undefined ? drawHookSecret(dialect) : readHookSecret(dialect, given);
  const createdAt = ctx.now();
  const row = {
    ...{ ...(await readEdits(ctx, caller, draft)), hookId, accountId, dialect, mode },
    ...{ relayText: draft.relayText ?? false, isActive: true },
    codeTtlSeconds: draft.codeTtlSeconds ?? CODE_TTL_SECONDS,
    sealedSecret: sealHookSecret(ctx.sealer, hookId, secret),
    ...{ createdBy: formatPrincipal(caller.principal), createdAt, updatedAt: createdAt },
  };
  await audit(ctx, caller, hookId, 'created');
  if (!(await ctx.hooks.create(row, MOST_HOOKS))) {
    throw new AppError('validation_failed', `An account can have at most ${MOST_HOOKS} hooks`);
  }
  return { hook: await getHook(ctx, caller, hookId), secret };
}

/** @throws {AppError} `not_found`; `validation_failed` and `forbidden` as `createHook`. */
export async function updateHook(
  ctx: HookContext,
  caller: Caller,
  hookId: string,
  edits: HookEdits,
): Promise<StoredHook> {
  assertSeesWholeAccount(caller.restrictions);
  assertMaySend(caller);
  const changes = await readEdits(ctx, caller, edits);
  await audit(ctx, caller, hookId, 'changed');
  const ref = { accountId: caller.accountId, hookId };
  if (!(await ctx.hooks.update(ref, changes, ctx.now()))) throw noSuchHook();
  return getHook(ctx, caller, hookId);
}

/** Deletes a hook. Calls of it are refused from then on. @throws {AppError} `not_found`; `forbidden`. */
export async function removeHook(ctx: HookContext, caller: Caller, hookId: string): Promise<void> {
  assertSeesWholeAccount(caller.restrictions);
  await audit(ctx, caller, hookId, 'removed');
  const isRemoved = await ctx.hooks.remove({ accountId: caller.accountId, hookId });
  if (!isRemoved) throw noSuchHook();
}

/**
 * Replaces the secret of a hook. For a day, calls with either of the two are accepted.
 * @throws {AppError} `not_found`; `validation_failed`; `forbidden` as `createHook`; `request_in_progress` when another
 * caller does the same.
 */
export async function rotateHookSecret(
  ctx: HookContext,
  caller: Caller,
  hookId: string,
  given: string | undefined,
): Promise<HookWithSecret> {
  assertMaySend(caller);
  const { dialect, sealedSecret: present } = await getHook(ctx, caller, hookId);
  const secret = given === undefined ? drawHookSecret(dialect) : readHookSecret(dialect, given);
  const next = sealHookSecret(ctx.sealer, hookId, secret);
  const now = ctx.now();
  const previousUntil = addSeconds(now, OVERLAP_SECONDS);
  await audit(ctx, caller, hookId, 'secret_rotated');
  const ref = { accountId: caller.accountId, hookId };
  if (!(await ctx.hooks.rotate(ref, { present, next, previousUntil }, now))) {
    throw new AppError('request_in_progress', 'The secret is being replaced by another request');
  }
  return { hook: await getHook(ctx, caller, hookId), secret };
}

/** Lists the calls of a hook, newest first. @throws {AppError} `not_found`; `forbidden` as `getHook`. */
export async function listHookCalls(
  ctx: HookContext,
  caller: Caller,
  hookId: string,
  page: PageRequest,
): Promise<Page<HookCall>> {
  const { accountId } = await getHook(ctx, caller, hookId);
  const found = await ctx.relays.relays.listOfHook({ accountId, hookId }, page);
  const { items, next } = toPage(found, page.limit, ({ id }) => id);
  const deliveries = await ctx.logs.listDeliveries(items.map(({ relayId }) => relayId));
  const callOf = (relay: RelayRow) => ({
    ...relay,
    deliveries: deliveries.filter(({ verificationId }) => verificationId === relay.relayId),
  });
  return { items: items.map(callOf), next };
}

async function readEdits(
  ctx: HookContext,
  caller: Caller,
  { channels, linkDomains, companyName, ...edits }: HookEdits,
): Promise<HookChanges> {
  for (const [index, name] of (channels ?? []).entries()) {
    assertEnabled(ctx, name, `channels.${index}`);
  }
  const domains = linkDomains?.map(toDomain);
  const wrong = domains?.findIndex((domain) => !isDomain(domain)) ?? -1;
  if (wrong >= 0) {
    throw invalidField(`linkDomains.${wrong}`, 'must be a domain, such as shop.example');
  }
  if (edits.relayText || domains?.length) await assertMayRelayTexts(ctx, caller, domains ?? []);
  return {
    ...{ ...edits, channels, linkDomains: domains ?? linkDomains },
    companyName: companyName ? await ctx.readCompanyName(caller, companyName) : companyName,
  };
}

/**
 * A hook that relays texts sends what its server wrote, which may link to what operators declared for the account.
 * @throws {AppError} `forbidden`; `validation_failed`
 */
async function assertMayRelayTexts(
  ctx: HookContext,
  caller: Caller,
  domains: readonly string[],
): Promise<void> {
  if (!isAllowed(caller, ['messages:send'])) {
    const message = 'To relay texts, the API key also needs the scope messages:send';
    throw new AppError('forbidden', message);
  }
  const declared = await ctx.listLinkDomains(caller.accountId);
  const isDeclared = (domain: string) =>
    declared.some((one) => domain === one || domain.endsWith(`.${one}`));
  const foreign = domains.findIndex((domain) => !isDeclared(domain));
  if (foreign < 0) return;
  const message = 'is not a domain of the account. Operators declare them';
  throw invalidField(`linkDomains.${foreign}`, message);
}

/** A hook is a credential that sends codes. @throws {AppError} `forbidden` */
function assertMaySend(caller: Caller): void {
  if (isAllowed(caller, ['otp:send'])) return;
  throw new AppError('forbidden', 'Also requires the scope otp:send');
}

function audit(
  { activity }: HookContext,
  caller: Caller,
  hookId: string,
  what: string,
): Promise<void> {
  const details = `${hookId}: ${what}`;
  return activity.audit(caller, { action: 'hook_change', status: 'success', details });
}

function noSuchHook(): AppError {
  return new AppError('not_found', 'No such hook');
}
