import { AppError } from '../errors.ts';
import { toSessionName } from '../whatsapp/session-id.ts';
import type { KeyRestrictions } from './permissions.ts';

/** What an action affects. Undefined fields are not checked. */
type Target = {
  /** The stored session id. */
  readonly sessionId?: string | undefined;
  readonly purpose?: string | undefined;
  /** The ISO 3166 region of a recipient; empty for an email address, which restrictions to regions do not concern. */
  readonly region?: string | undefined;
};

/** Whether `restrictions` permit an action on `target`. */
export function isPermitted(restrictions: KeyRestrictions, target: Target): boolean {
  return findOutside(restrictions, target) === undefined;
}

/**
 * Refuses an action that the caller's key does not permit. The error does not reveal whether the target exists.
 * @throws {AppError} `forbidden`.
 */
export function assertPermitted(restrictions: KeyRestrictions, target: Target): void {
  const outside = findOutside(restrictions, target);
  if (outside === undefined) return;
  const own = restrictions[`${outside}s`]?.map(outside === 'session' ? toSessionName : String);
  throw new AppError(
    'forbidden',
    `This key is not allowed to use that ${outside}. Allowed: ${own?.join(', ') || 'none'}`,
  );
}

/**
 * Refuses account-wide data to keys that are restricted to a part of the account.
 * @throws {AppError} `forbidden`.
 */
export function assertSeesWholeAccount({ sessions, purposes, regions }: KeyRestrictions): void {
  if (sessions === undefined && purposes === undefined && regions === undefined) return;
  const message =
    'This key is restricted to some sessions, purposes or regions, and this covers the whole account';
  throw new AppError('forbidden', message);
}

function findOutside({ sessions, purposes, regions }: KeyRestrictions, target: Target) {
  const { sessionId, purpose, region } = target;
  if (!isOneOf(sessions, sessionId)) return 'session';
  if (!isOneOf(purposes, purpose)) return 'purpose';
  return isOneOf(regions, region || undefined) ? undefined : 'region';
}

function isOneOf(allowed: readonly string[] | undefined, item: string | undefined): boolean {
  return allowed === undefined || item === undefined || allowed.includes(item);
}
