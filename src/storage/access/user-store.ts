import { Op } from 'sequelize';
import type { Role } from '../../domain/access/permissions.ts';
import type { User } from '../../domain/access/user.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { User as UserModel } from '../models/access/user.ts';
import type { Step } from '../statement.ts';
import { known, type RowOf } from '../table.ts';

export type NewUser = Pick<User, 'accountId' | 'email' | 'name' | 'role'> & {
  readonly passwordHash: string;
  readonly description: string | undefined;
  readonly documentId: string | undefined;
};

/** What may change in a person; null empties a field. */
export type UserChanges = {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly isActive?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  readonly description?: string | null | undefined;
  readonly documentId?: string | null | undefined;
};

/** Which people are meant; a field that is missing is no restriction. */
export type UserFilter = {
  readonly accountId?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly isActive?: boolean | undefined;
};

/** A person with the digest of the password, for whoever compares it. */
export type UserWithPassword = { readonly user: User; readonly passwordHash: string };

export type UserStore = ReturnType<typeof createUserStore>;

/** Keeps people. What ends their logins does so in the same step as the change that asks for it. */
export function createUserStore({ statements, models }: Database) {
  const { insert, transact } = statements;

  /** Makes a person, and their account where it is new; false when somebody has the e-mail address. */
  async function create(user: NewUser, now: Date): Promise<boolean> {
    await models.Account.ensure(user.accountId, now);
    const { sql, values } = UserModel.insertion({ ...user, createdAt: now, updatedAt: now });
    return insert(sql, values);
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

  /** The newest people first; one more than the page holds, where there are more. */
  async function list(
    { accountId, email, role, isActive }: UserFilter,
    { limit, before }: PageRequest,
  ): Promise<User[]> {
    const id = before === undefined ? undefined : { [Op.lt]: before };
    const rows = await models.User.findRows({
      where: known({ accountId, email, role, isActive, id }),
      order: [['id', 'DESC']],
      limit: limit + 1,
    });
    return rows.map((row) => withPassword(row).user);
  }

  /** Changes a person, and ends every login of theirs when told to; false when there is no such person. */
  function update(
    id: number,
    change: { readonly values: UserChanges; readonly endsLogins: boolean },
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = UserModel.assignment({ ...change.values, updatedAt: now }, 2);
    const sql = `UPDATE "users" SET ${sets} WHERE "id" = $1`;
    const ends = change.endsLogins ? [endLogins({ userId: id, but: '' }, now)] : [];
    return transact([{ sql, values: [id, ...values], touching: 1 }, ...ends]);
  }

  /**
   * Gives an active person a new password and ends every login but one, unless the password is not
   * any more the one that was compared: then false.
   */
  function replacePassword(
    { user, passwordHash }: UserWithPassword,
    next: { readonly passwordHash: string; readonly keptLogin: string },
    now: Date,
  ): Promise<boolean> {
    const sql = `UPDATE "users" SET "passwordHash" = $3, "updatedAt" = $4
      WHERE "id" = $1 AND "passwordHash" = $2 AND "isActive"`;
    const values = [user.id, passwordHash, next.passwordHash, now];
    const ends = endLogins({ userId: user.id, but: next.keptLogin }, now);
    return transact([{ sql, values, touching: 1 }, ends]);
  }

  /** Removes a person with every login of theirs; false when there is no such person. */
  function remove(id: number): Promise<boolean> {
    return transact([
      { sql: `DELETE FROM "users" WHERE "id" = $1`, values: [id], touching: 1 },
      { sql: `DELETE FROM "tokens" WHERE "userId" = $1`, values: [id] },
      { sql: `DELETE FROM "login_networks" WHERE "userId" = $1`, values: [id] },
    ]);
  }

  return { create, find, findByEmail, findWithPassword, list, update, replacePassword, remove };
}

/**
 * Behind the change of the person, whose row whoever logs in takes too (TokenStore.open): a login that
 * was let in by what was true before is there by then, and ends with the others.
 */
function endLogins(
  { userId, but }: { readonly userId: number; readonly but: string },
  now: Date,
): Step {
  return {
    sql: `UPDATE "tokens" SET "isRevoked" = TRUE, "updatedAt" = $3
      WHERE "userId" = $1 AND "familyId" <> $2 AND NOT "isRevoked"`,
    values: [userId, but, now],
  };
}

/** The digest of the password is not part of a person. */
function withPassword({ passwordHash, ...user }: RowOf<typeof UserModel>): UserWithPassword {
  return { user, passwordHash };
}
