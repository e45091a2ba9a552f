import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import type { RequestedStep } from '../../domain/delivery/workflow.ts';
import { AppError } from '../../domain/errors.ts';
import { createTtlCache } from '../../lib/concurrency/ttl-cache.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { AccountStore } from '../../storage/access/account-store.ts';
import type { ActivityService } from '../activity/activity-service.ts';
import type { EnabledChannel } from './context.ts';
import { assertEnabled, findChannel } from './workflow.ts';

/** What reading and changing the workflows of accounts needs. Built once, by the composition root. */
export type WorkflowContext = {
  readonly accounts: Pick<AccountStore, 'findWorkflow' | 'updateWorkflow'>;
  /** A cache of the workflows by account. */
  readonly knownWorkflows: ReturnType<typeof createKnownWorkflows>;
  readonly channels: readonly Pick<EnabledChannel, 'name'>[];
  readonly activity: ActivityService;
  readonly now: Clock;
};

type KnownParts = Pick<WorkflowContext, 'channels'> & {
  readonly accounts: Pick<AccountStore, 'findWorkflow'>;
  readonly logger: Logger;
};

/** How long a node caches the workflow of an account. A change on another node takes effect within this time. */
const WORKFLOW_CACHE_MS = 5000;

/**
 * Caches the steps of accounts whose channels are enabled: none if an account has no workflow. The first time that a
 * step of an account is left out, a warning is logged.
 */
export function createKnownWorkflows({ accounts, channels, logger }: KnownParts) {
  const warned = new Set<string>();

  async function load(accountId: string): Promise<readonly RequestedStep[]> {
    const workflow = (await accounts.findWorkflow(accountId)) ?? [];
    const skipped = workflow.filter(({ channel }) => !findChannel({ channels }, channel));
    if (skipped.length > 0) warn(accountId, skipped);
    return workflow.filter((step) => !skipped.includes(step));
  }

  function warn(accountId: string, skipped: readonly RequestedStep[]): void {
    if (warned.has(accountId)) return;
    warned.add(accountId);
    logger.warn(
      { account: accountId, channels: skipped.map(({ channel }) => channel) },
      'the workflow of an account names channels that are not enabled; these steps are skipped',
    );
  }

  return createTtlCache(load, { keepMs: WORKFLOW_CACHE_MS });
}

/**
 * Reads the workflow of an account as it was saved; empty if there is none.
 * @throws {AppError} `not_found` if there is no such account, or the caller may not see it.
 */
export async function getWorkflow(
  { accounts }: WorkflowContext,
  caller: Caller,
  accountId: string,
): Promise<readonly RequestedStep[]> {
  assertVisible(caller, accountId);
  const workflow = await accounts.findWorkflow(accountId);
  if (!workflow) throw noSuchAccount();
  return workflow;
}

/**
 * Replaces the workflow of an account. Requests that name neither a workflow nor a channel use it.
 * @throws {AppError} `validation_failed` for a channel that is not enabled; `not_found`; `forbidden` for a key that is
 * restricted to a part of the account, since the whole account uses the workflow.
 */
export async function saveWorkflow(
  ctx: WorkflowContext,
  caller: Caller,
  accountId: string,
  workflow: readonly RequestedStep[],
): Promise<readonly RequestedStep[]> {
  await assertMayChange(ctx, caller, accountId);
  for (const [index, { channel }] of workflow.entries()) {
    assertEnabled(ctx, channel, `workflow.${index}.channel`);
  }
  const details = workflow.map(({ channel }) => channel).join(', ');
  await changeWorkflow(ctx, caller, accountId, { workflow, details });
  return workflow;
}

/** Removes the workflow of an account, if it has one. @throws {AppError} `not_found`; `forbidden` as `saveWorkflow`. */
export async function removeWorkflow(
  ctx: WorkflowContext,
  caller: Caller,
  accountId: string,
): Promise<void> {
  await assertMayChange(ctx, caller, accountId);
  await changeWorkflow(ctx, caller, accountId, { workflow: null, details: 'removed' });
}

async function changeWorkflow(
  ctx: WorkflowContext,
  caller: Caller,
  accountId: string,
  {
    workflow,
    details,
  }: { readonly workflow: readonly RequestedStep[] | null; readonly details: string },
): Promise<void> {
  await ctx.activity.audit(
    { ...caller, accountId },
    { action: 'workflow_change', status: 'success', details },
  );
  const isChanged = await ctx.accounts.updateWorkflow(accountId, workflow, ctx.now());
  ctx.knownWorkflows.forget(accountId);
  if (!isChanged) throw noSuchAccount();
}

/** @throws {AppError} `not_found`, or `forbidden` for a key that is restricted to a part of the account. */
async function assertMayChange(
  ctx: WorkflowContext,
  caller: Caller,
  accountId: string,
): Promise<void> {
  await getWorkflow(ctx, caller, accountId);
  assertSeesWholeAccount(caller.restrictions);
}

/** Only operators see other accounts. */
function assertVisible(caller: Caller, accountId: string): void {
  if (!caller.isOperator && caller.accountId !== accountId) throw noSuchAccount();
}

function noSuchAccount(): AppError {
  return new AppError('not_found', 'No such account');
}
