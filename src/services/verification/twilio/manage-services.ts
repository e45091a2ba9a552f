import type { Caller } from '../../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../../domain/access/key-restrictions.ts';
import { toDefaultServiceSid, toServicePurpose } from '../../../domain/compat/twilio-sids.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { ServiceChanges, StoredService } from '../../../storage/compat/service-store.ts';
import { assertEnabled } from '../../delivery/workflow.ts';
import type { TwilioContext, VerifyService } from './context.ts';

/** A new service. */
export type ServiceDraft = Pick<VerifyService, 'channels'> & {
  readonly friendlyName: string;
  readonly codeLength: number | undefined;
};

/** How many services an account can have beside the default one. */
const MOST_SERVICES = 100;

/** The name that the default service shows until it is given one. */
export const DEFAULT_NAME = 'Default';

/** Lists the services of an account, the default one first. */
export async function listServices(
  ctx: TwilioContext,
  { accountId }: Pick<Caller, 'accountId'>,
): Promise<readonly VerifyService[]> {
  const stored = (await ctx.services.list(accountId)).map(toService);
  const isDefault = ({ sid }: VerifyService) => sid === toDefaultServiceSid(accountId);
  const first = stored.find(isDefault) ?? toService(defaultService(ctx, accountId));
  return [first, ...stored.filter((service) => !isDefault(service))];
}

/**
 * Finds a service of the caller's account. The default one exists without a row, with the settings of the installation.
 * @throws {AppError} `not_found`
 */
export async function getService(
  ctx: TwilioContext,
  { accountId }: Pick<Caller, 'accountId'>,
  sid: string,
): Promise<VerifyService> {
  const found = await ctx.services.find({ accountId, sid });
  if (found) return toService(found);
  if (sid === toDefaultServiceSid(accountId)) return toService(defaultService(ctx, accountId));
  throw noSuchService();
}

/**
 * @throws {AppError} `validation_failed` for a channel that is not enabled, and with too many services; `forbidden` for a
 * key that is restricted to a part of the account. The same applies to the other changes.
 */
export async function createService(
  ctx: TwilioContext,
  caller: Caller,
  { codeLength, ...draft }: ServiceDraft,
): Promise<VerifyService> {
  assertMayChange(ctx, caller, draft);
  const { accountId } = caller;
  const now = ctx.verification.now();
  const service = {
    ...{ ...draft, accountId, sid: ctx.drawSid('VA') },
    codeLength: codeLength ?? ctx.verification.policy.length,
    ...{ createdAt: now, updatedAt: now },
  };
  await audit(ctx, caller, service.sid, 'created');
  if (!(await ctx.services.create(service, MOST_SERVICES))) {
    throw invalidField('FriendlyName', `an account can have at most ${MOST_SERVICES} services`);
  }
  return getService(ctx, caller, service.sid);
}

/** Changes a service. The default one is stored with its first change. @throws {AppError} also `not_found` */
export async function updateService(
  ctx: TwilioContext,
  caller: Caller,
  sid: string,
  changes: ServiceChanges,
): Promise<VerifyService> {
  assertMayChange(ctx, caller, changes);
  const { isDefault } = await getService(ctx, caller, sid);
  const now = ctx.verification.now();
  await audit(ctx, caller, sid, 'changed');
  if (isDefault) {
    const service = defaultService(ctx, caller.accountId);
    await ctx.services.ensure({ ...service, createdAt: now, updatedAt: now });
  }
  const ref = { accountId: caller.accountId, sid };
  if (!(await ctx.services.update(ref, changes, now))) throw noSuchService();
  return getService(ctx, caller, sid);
}

/**
 * Deletes a service. Its live codes can no longer be checked. @throws {AppError} also `not_found`, and `forbidden` for the
 * default service.
 */
export async function removeService(
  ctx: TwilioContext,
  caller: Caller,
  sid: string,
): Promise<void> {
  assertMayChange(ctx, caller, {});
  const { isDefault } = await getService(ctx, caller, sid);
  if (isDefault) throw new AppError('forbidden', 'The default service cannot be deleted');
  await audit(ctx, caller, sid, 'deleted');
  if (!(await ctx.services.remove({ accountId: caller.accountId, sid }))) throw noSuchService();
}

/** Logs a change of a service, of its rate limits or of the safe numbers. */
export function audit(
  { verification }: TwilioContext,
  caller: Caller,
  sid: string,
  what: string,
): Promise<void> {
  const details = `${sid}: ${what}`;
  const change = { action: 'verify_service_change', status: 'success', details } as const;
  return verification.activity.audit(caller, change);
}

function assertMayChange(
  { verification }: TwilioContext,
  { restrictions }: Caller,
  { channels }: Pick<ServiceChanges, 'channels'>,
): void {
  assertSeesWholeAccount(restrictions);
  for (const channel of channels ?? []) assertEnabled(verification.delivery, channel, 'Channels');
}

function defaultService({ verification }: TwilioContext, accountId: string): StoredService {
  // The same each time, so that pages and caches see no change.
  const at = new Date(0);
  return {
    ...{ accountId, sid: toDefaultServiceSid(accountId), friendlyName: undefined },
    ...{ codeLength: verification.policy.length, channels: undefined },
    ...{ createdAt: at, updatedAt: at },
  };
}

function toService(stored: StoredService): VerifyService {
  const { accountId, sid } = stored;
  const isDefault = sid === toDefaultServiceSid(accountId);
  return { ...stored, purpose: toServicePurpose(sid), isDefault };
}

function noSuchService(): AppError {
  return new AppError('not_found', 'The requested service was not found');
}
