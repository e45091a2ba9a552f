import type { Role } from '../../domain/access/permissions.ts';
import type { User } from '../../domain/access/user.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { User as UserModel } from '../models/access/user.ts';
import { Op } from '../operators.ts';
import type { Step } from '../statement.ts';
import { omitUndefined, type RowOf } from '../table.ts';

export type NewUser = Pick<User, 'accountId' | 'email' | 'name' | 'role' | 'mustChangePassword'> & {
  readonly passwordHash: string;
  readonly description: string | undefined;
  readonly documentId: string | undefined;
};

/** The fields of a user that can change. Null removes a value. */
export type UserChanges = {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly isActive?: boolean | undefined;
  readonly mustChangePassword?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  readonly description?: string | null | undefined;
  readonly documentId?: string | null | undefined;
};

/** Selects users. A missing field is no restriction. */
export type UserFilter = {
  readonly accountId?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly isActive?: boolean | undefined;
};

/** A user with the digest of the password, for comparing it. */
export type UserWithPassword = { readonly user: User; readonly passwordHash: string };

export type UserStore = ReturnType<typeof createUserStore>;

/** Stores users. A change that ends logins does so in the same transaction. */
export function createUserStore({ statements, models }: Database) {
  const { transact } = statements;

  /** Creates a user and, if it is new, the account; false if the email address is already used. */
  async function create(user: NewUser, now: Date): Promise<boolean> {
    await models.Account.ensure(user.accountId, now);
    return models.User.insertRow({ ...user, createdAt: now, updatedAt: now });
  }

  async function find(id: number): Promise<User | undefined> {
    return (await findWithPassword(id))?.user;
  }

  async function findByEmail(email: string): Promise<UserWithPassword | undefined> {
    const [row] = await models.User.findRows({ where: { email } });
    return row && withPassword(row);
  }

  async function findWithPassword(id: number): Promise<UserWithPassword | undefined> {
    const [row] = await models.User.findRows({ where: { id } });
    return row && withPassword(row);
  }

  /** Lists users, newest first; one more than the page holds if there are more. */
  async function list(
    { accountId, email, role, isActive }: UserFilter,
    { limit, before }: PageRequest,
  ): Promise<User[]> {
    const id = before === undefined ? undefined : { [Op.lt]: before };
    const rows = await models.User.findRows({
      where: omitUndefined({ accountId, email, role, isActive, id }),
      order: [['id', 'DESC']],
      limit: limit + 1,
    });
    return rows.map((row) => withPassword(row).user);
  }

  /** Whether there is any user, of whatever account. */
  async function isAny(): Promise<boolean> {
    return (await statements.select('SELECT "id" FROM "users" LIMIT 1', [])).length > 0;
  }

  /** Changes a user and, if asked to, ends all of their logins; false if the user does not exist. */
  function update(
    id: number,
    change: { readonly values: UserChanges; readonly endsLogins: boolean },
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = UserModel.assignment({ ...change.values, updatedAt: now }, 2);
    const sql = `UPDATE "users" SET ${sets} WHERE "id" = $1`;
    const ends = change.endsLogins ? [endLogins({ userId: id, except: '' }, now)] : [];
    return transact([{ sql, values: [id, ...values], expectedRows: 1 }, ...ends]);
  }

  /**
   * Sets the password that an active user has chosen and ends all logins except one; false if the password
   * has changed since it was compared.
   */
  function replacePassword(
    { user, passwordHash }: UserWithPassword,
    next: { readonly passwordHash: string; readonly keptLogin: string },
    now: Date,
  ): Promise<boolean> {
    const sql = `UPDATE "users" SET "passwordHash" = $3, "mustChangePassword" = FALSE, "updatedAt" = $4
      WHERE "id" = $1 AND "passwordHash" = $2 AND "isActive"`;
    const values = [user.id, passwordHash, next.passwordHash, now];
    const ends = endLogins({ userId: user.id, except: next.keptLogin }, now);
    return transact([{ sql, values, expectedRows: 1 }, ends]);
  }

  /** Deletes a user with all logins; false if the user does not exist. */
  function remove(id: number): Promise<boolean> {
    return transact([
      { sql: `DELETE FROM "users" WHERE "id" = $1`, values: [id], expectedRows: 1 },
      { sql: `DELETE FROM "tokens" WHERE "userId" = $1`, values: [id] },
      { sql: `DELETE FROM "login_networks" WHERE "userId" = $1`, values: [id] },
    ]);
  }

  return {
    ...{ create, find, findByEmail, findWithPassword, list, isAny },
    ...{ update, replacePassword, remove },
  };
}

/**
 * Must follow the change of the user, which locks the same row as a new login (TokenStore.open). A login
 * that was allowed before the change is then already stored, and ends with the others.
 */
function endLogins(
  { userId, except }: { readonly userId: number; readonly except: string },
  now: Date,
): Step {
  return {
    sql: `UPDATE "tokens" SET "isRevoked" = TRUE, "updatedAt" = $3
      WHERE "userId" = $1 AND "familyId" <> $2 AND NOT "isRevoked"`,
    values: [userId, except, now],
  };
}

/** Separates the digest of the password from the user. */
function withPassword({ passwordHash, ...user }: RowOf<typeof UserModel>): UserWithPassword {
  return { user, passwordHash };
}
