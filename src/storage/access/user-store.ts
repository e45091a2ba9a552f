import type { Role } from '../../domain/access/permissions.ts';
import type { User } from '../../domain/access/user.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { placeholders, type Row, type Step, type Value } from '../statement.ts';
import { toUser, USER_COLUMNS } from './user-row.ts';

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
export function createUserStore({ statements }: Database) {
  const { select, insert, transact } = statements;

  /** Makes a person; false when somebody has the e-mail address. */
  function create(user: NewUser, now: Date): Promise<boolean> {
    const { accountId, email, name, role, passwordHash, description, documentId } = user;
    return insert(
      `INSERT INTO "users" ("accountId", "email", "name", "role", "passwordHash", "description",
         "documentId", "createdAt", "updatedAt")
       VALUES (${placeholders(9)})`,
      [
        ...[accountId, email, name, role, passwordHash],
        ...[description ?? null, documentId ?? null, now, now],
      ],
    );
  }

  async function find(id: number): Promise<User | undefined> {
    const [row] = await read(`WHERE "id" = $1`, [id]);
    return row && toUser(row);
  }

  async function findByEmail(email: string): Promise<UserWithPassword | undefined> {
    return withPassword(await read(`WHERE "email" = $1`, [email]));
  }

  async function findWithPassword(id: number): Promise<UserWithPassword | undefined> {
    return withPassword(await read(`WHERE "id" = $1`, [id]));
  }

  /** The newest people first; one more than the page holds, where there are more. */
  async function list(filter: UserFilter, { limit, before }: PageRequest): Promise<User[]> {
    const conditions: [condition: string, value: Value][] = toColumns(filter).map(
      ([name, value]) => [`"${name}" =`, value],
    );
    if (before !== undefined) conditions.push([`"id" <`, before]);
    const where = conditions.map(([condition], index) => `${condition} $${index + 1}`);
    const rows = await read(
      `${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY "id" DESC LIMIT ${limit + 1}`,
      conditions.map(([, value]) => value),
    );
    return rows.map(toUser);
  }

  function read(condition: string, values: readonly Value[]): Promise<Row[]> {
    return select(`SELECT ${USER_COLUMNS}, "passwordHash" FROM "users" ${condition}`, values);
  }

  /** Changes a person, and ends every login of theirs when told to; false when there is no such person. */
  function update(
    id: number,
    change: { readonly values: UserChanges; readonly endsLogins: boolean },
    now: Date,
  ): Promise<boolean> {
    const columns: [name: string, value: Value][] = [
      ...toColumns(change.values),
      ['updatedAt', now],
    ];
    const assignments = columns.map(([name], index) => `"${name}" = $${index + 2}`);
    const values = [id, ...columns.map(([, value]) => value)];
    const sql = `UPDATE "users" SET ${assignments.join(', ')} WHERE "id" = $1`;
    const ends = change.endsLogins ? [endLogins({ userId: id, but: '' }, now)] : [];
    return transact([{ sql, values, touching: 1 }, ...ends]);
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

/** The columns that are meant: what is undefined is not. */
function toColumns(fields: UserChanges & UserFilter): [name: string, value: Value][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'boolean' ? Number(value) : value]],
  );
}

function withPassword([row]: readonly Row[]): UserWithPassword | undefined {
  return row && { user: toUser(row), passwordHash: String(row['passwordHash']) };
}
