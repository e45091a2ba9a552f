import { AppError } from '../errors.ts';
import { toSessionName } from '../whatsapp/session-id.ts';
import type { KeyRestrictions } from './permissions.ts';

/** What an action touches. What is undefined was not named, and is not asked for. */
type Target = {
  /** As it is on record. */
  readonly sessionId?: string | undefined;
  readonly purpose?: string | undefined;
  /** The ISO 3166 region of a recipient. */
  readonly region?: string | undefined;
};

/** Whether somebody who is held to `restrictions` may touch it. */
export function isPermitted(restrictions: KeyRestrictions, touched: Target): boolean {
  return findOutside(restrictions, touched) === undefined;
}

/**
 * Lets nobody touch what their key is not for. It says the same whether or not the thing exists.
 * @throws {AppError} `forbidden`.
 */
export function assertPermitted(restrictions: KeyRestrictions, touched: Target): void {
  const outside = findOutside(restrictions, touched);
  if (outside === undefined) return;
  const own = restrictions[`${outside}s`]?.map(outside === 'session' ? toSessionName : String);
  throw new AppError(
    'forbidden',
    `This key is not for that ${outside}, but for ${own?.join(', ') || 'none'}`,
  );
}

/**
 * What is kept of a whole account is not for those who are held to a part of it.
 * @throws {AppError} `forbidden`.
 */
export function assertSeesWholeAccount({ sessions, purposes, regions }: KeyRestrictions): void {
  if (sessions === undefined && purposes === undefined && regions === undefined) return;
  const message =
    'This key is held to some sessions, purposes or regions; this is of the whole account';
  throw new AppError('forbidden', message);
}

function findOutside({ sessions, purposes, regions }: KeyRestrictions, touched: Target) {
  const { sessionId, purpose, region } = touched;
  if (!isOneOf(sessions, sessionId)) return 'session';
  if (!isOneOf(purposes, purpose)) return 'purpose';
  return isOneOf(regions, region) ? undefined : 'region';
}

function isOneOf(allowed: readonly string[] | undefined, item: string | undefined): boolean {
  return allowed === undefined || item === undefined || allowed.includes(item);
}
