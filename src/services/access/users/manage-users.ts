import { type Caller, DEFAULT_ACCOUNT_ID, formatPrincipal } from '../../../domain/access/caller.ts';
import type { User } from '../../../domain/access/user.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Page, type PageRequest, toPage } from '../../../domain/page.ts';
import { drawHexName } from '../../../lib/crypto/secrets.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type {
  NewUser,
  UserChanges,
  UserFilter,
  UserStore,
} from '../../../storage/access/user-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { assertGoodPassword } from './password-policy.ts';

export type UserDraft = Omit<NewUser, 'accountId' | 'passwordHash'> & {
  readonly password: string;
  /** If omitted: a new account; for an operator, the default account. */
  readonly accountId: string | undefined;
};

export type UserRevision = Omit<UserChanges, 'passwordHash'> & {
  readonly password?: string | undefined;
};

/** What managing the users of all accounts needs. Built once, by the composition root. */
export type UserContext = {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly activity: ActivityService;
  /** Called after a user was changed or removed. */
  readonly onChange: () => void;
  readonly now: Clock;
};

type UserChange = {
  readonly action: 'user_create' | 'user_update' | 'user_delete';
  readonly user: User;
  readonly fields: readonly string[];
};

/** 40 bits: people read account names, and they are not secret. */
const ACCOUNT_NAME_BYTES = 5;

/** @throws {AppError} `validation_failed` for a weak password, `user_exists`, `overloaded`. */
export async function createUser(
  ctx: UserContext,
  caller: Caller,
  { password, ...draft }: UserDraft,
): Promise<User> {
  const { users, hasher, now } = ctx;
  assertGoodPassword(password, draft.email, 'password');
  const accountId = draft.accountId ?? accountFor(draft);
  const passwordHash = await hasher.hash(password);
  if (!(await users.create({ ...draft, accountId, passwordHash }, now()))) {
    throw new AppError('user_exists', 'A user with this email address already exists');
  }
  const made = await users.findByEmail(draft.email);
  if (!made) throw notFound();
  const { user } = made;
  await recordChange(ctx, caller, {
    action: 'user_create',
    user,
    fields: ['role', 'accountId'],
  }).catch(async (error: unknown) => {
    await Promise.allSettled([users.remove(user.id)]);
    throw error;
  });
  return user;
}

export async function listUsers(
  { users }: UserContext,
  filter: UserFilter,
  page: PageRequest,
): Promise<Page<User>> {
  return toPage(await users.list(filter, page), page.limit, ({ id }) => id);
}

/** Whether there is any user. Without users, only API keys can sign in. */
export function isAnyUser({ users }: Pick<UserContext, 'users'>): Promise<boolean> {
  return users.isAny();
}

/** @throws {AppError} `not_found`. */
export async function getUser({ users }: UserContext, id: number): Promise<User> {
  const user = await users.find(id);
  if (!user) throw notFound();
  return user;
}

/**
 * Changes a user. A new password or deactivation ends all logins; a new role applies immediately. Unless the revision
 * says otherwise, a user must replace a password that someone else has set.
 * @throws {AppError} `not_found`, `validation_failed` for a weak password, `overloaded`.
 */
export async function updateUser(
  ctx: UserContext,
  caller: Caller,
  id: number,
  { password, ...changes }: UserRevision,
): Promise<User> {
  const { users, hasher, onChange, now } = ctx;
  const user = await getUser(ctx, id);
  if (password !== undefined) assertGoodPassword(password, user.email, 'password');
  const passwordHash = password === undefined ? undefined : await hasher.hash(password);
  const fields = namesOf({ ...changes, password });
  await recordChange(ctx, caller, { action: 'user_update', user, fields });
  const endsLogins = password !== undefined || changes.isActive === false;
  const mustChangePassword =
    changes.mustChangePassword ?? (isSetByOther(caller, id, password) ? true : undefined);
  const values = { ...changes, passwordHash, mustChangePassword };
  const change = { values, endsLogins };
  const isDone = await users.update(id, change, now());
  onChange();
  if (!isDone) throw notFound();
  return getUser(ctx, id);
}

/**
 * Deletes a user and ends their logins. Log entries about them stay.
 * @throws {AppError} `not_found`.
 */
export async function deleteUser(ctx: UserContext, caller: Caller, id: number): Promise<void> {
  const user = await getUser(ctx, id);
  await recordChange(ctx, caller, { action: 'user_delete', user, fields: [] });
  const isDone = await ctx.users.remove(id);
  ctx.onChange();
  if (!isDone) throw notFound();
}

/** Logs who changed which fields of which user, never their values. */
function recordChange(
  { activity }: UserContext,
  caller: Caller,
  { action, user, fields }: UserChange,
): Promise<void> {
  const what = fields.length > 0 ? ` (${fields.join(', ')})` : '';
  const details = `${formatPrincipal(caller.principal)}: user:${user.id}${what}`;
  return activity.audit(caller, { action, status: 'success', details });
}

function accountFor({ role }: Pick<UserDraft, 'role'>): string {
  return role === 'ADMIN' ? DEFAULT_ACCOUNT_ID : drawHexName(ACCOUNT_NAME_BYTES);
}

/** Whether the password that a user gets is known to someone else. */
function isSetByOther({ principal }: Caller, id: number, password: string | undefined): boolean {
  return password !== undefined && formatPrincipal(principal) !== `user:${id}`;
}

/** The fields that are to change. */
function namesOf(revision: UserRevision): string[] {
  return Object.entries(revision).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function notFound(): AppError {
  return new AppError('not_found', 'No such user');
}
