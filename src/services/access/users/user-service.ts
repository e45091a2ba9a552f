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

type Dependencies = {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly activity: ActivityService;
  /** Called after a user was changed or removed. */
  readonly onChange: () => void;
  readonly now: Clock;
};

export type UserService = ReturnType<typeof createUserService>;

/** 40 bits: people read account names, and they are not secret. */
const ACCOUNT_NAME_BYTES = 5;

/** Manages the users of all accounts, for operators. */
export function createUserService(dependencies: Dependencies) {
  const { users, hasher, activity, onChange, now } = dependencies;

  /** @throws {AppError} `validation_failed` for a weak password, `user_exists`, `overloaded`. */
  async function create(caller: Caller, { password, ...draft }: UserDraft): Promise<User> {
    assertGoodPassword(password, draft.email, 'password');
    const accountId = draft.accountId ?? accountFor(draft);
    const passwordHash = await hasher.hash(password);
    if (!(await users.create({ ...draft, accountId, passwordHash }, now()))) {
      throw new AppError('user_exists', 'A user with this email address already exists');
    }
    const made = await users.findByEmail(draft.email);
    if (!made) throw notFound();
    const { user } = made;
    await record(caller, 'user_create', user, ['role', 'accountId']).catch(
      async (error: unknown) => {
        await Promise.allSettled([users.remove(user.id)]);
        throw error;
      },
    );
    return user;
  }

  async function list(filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    return toPage(await users.list(filter, page), page.limit, ({ id }) => id);
  }

  /** @throws {AppError} `not_found`. */
  async function get(id: number): Promise<User> {
    const user = await users.find(id);
    if (!user) throw notFound();
    return user;
  }

  /**
   * Changes a user. A new password or deactivation ends all logins; a new role applies immediately.
   * @throws {AppError} `not_found`, `validation_failed` for a weak password, `overloaded`.
   */
  async function update(
    caller: Caller,
    id: number,
    { password, ...changes }: UserRevision,
  ): Promise<User> {
    const user = await get(id);
    if (password !== undefined) assertGoodPassword(password, user.email, 'password');
    const passwordHash = password === undefined ? undefined : await hasher.hash(password);
    await record(caller, 'user_update', user, namesOf({ ...changes, password }));
    const endsLogins = password !== undefined || changes.isActive === false;
    const change = { values: { ...changes, passwordHash }, endsLogins };
    const isDone = await users.update(id, change, now());
    onChange();
    if (!isDone) throw notFound();
    return get(id);
  }

  /**
   * Removes a user and ends their logins. Log entries about them stay.
   * @throws {AppError} `not_found`.
   */
  async function remove(caller: Caller, id: number): Promise<void> {
    await record(caller, 'user_delete', await get(id), []);
    const isDone = await users.remove(id);
    onChange();
    if (!isDone) throw notFound();
  }

  /** Logs who changed which fields of which user, never their values. */
  function record(
    caller: Caller,
    action: 'user_create' | 'user_update' | 'user_delete',
    { id }: User,
    fields: readonly string[],
  ): Promise<void> {
    const what = fields.length > 0 ? ` (${fields.join(', ')})` : '';
    const details = `${formatPrincipal(caller.principal)}: user:${id}${what}`;
    return activity.audit(caller, { action, status: 'success', details });
  }

  return { create, list, get, update, remove };
}

function accountFor({ role }: Pick<UserDraft, 'role'>): string {
  return role === 'ADMIN' ? DEFAULT_ACCOUNT_ID : drawHexName(ACCOUNT_NAME_BYTES);
}

/** The fields that are to change. */
function namesOf(revision: UserRevision): string[] {
  return Object.entries(revision).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function notFound(): AppError {
  return new AppError('not_found', 'No such user');
}
