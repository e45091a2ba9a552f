import type { User } from '../../domain/access/user.ts';
import type { Database } from '../database.ts';
import { Token } from '../models/access/token.ts';
import { User as UserModel } from '../models/access/user.ts';
import { cut, optional, placeholders, type Row, readIds } from '../statement.ts';
import type { Selected } from '../table.ts';
import { recordNetwork } from './login-network-store.ts';
import type { UserWithPassword } from './user-store.ts';

/** A login: a family of refresh tokens, each issued for the previous one, and its user. */
export type StoredLogin = {
  readonly familyId: string;
  /** How often the login was refreshed. */
  readonly generation: number;
  readonly refreshedAt: Date;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
  readonly user: User;
};

export type NewLogin = {
  readonly familyId: string;
  /** The user's permissions at the time of the login. Requests are checked against the current role. */
  readonly scope: string;
  readonly expiresAt: Date;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  /** The digest of the user and the network, to recognize later logins from there. */
  readonly networkHash?: string | undefined;
};

const login = Token.pick('familyId', 'generation', 'refreshedAt', 'expiresAt', 'isRevoked');
const listed = Token.pick(
  ...([
    'id',
    'familyId',
    'ipAddress',
    'userAgent',
    'createdAt',
    'refreshedAt',
    'expiresAt',
  ] as const),
);

/** A login as its user sees it. */
export type ListedLogin = Selected<typeof listed>;

const MOST_LISTED = 100;

const userColumns = UserModel.pick(
  ...(['id', 'accountId', 'email', 'name', 'role', 'isActive', 'mustChangePassword'] as const),
  ...(['description', 'documentId', 'lastLoginAt', 'createdAt', 'updatedAt'] as const),
);

export type TokenStore = ReturnType<typeof createTokenStore>;

/** Stores logins. It stores no tokens: a token is valid if it has the current generation of its login. */
export function createTokenStore({ statements, models }: Database) {
  const { select, change, transact } = statements;

  /**
   * Creates a login of an active user; false if the password has changed since it was compared. The
   * first step locks the user's row. A change that ends all logins therefore either comes first and is
   * seen, or comes later and ends this login too.
   */
  function open({ user, passwordHash }: UserWithPassword, newLogin: NewLogin, now: Date) {
    const { networkHash, userAgent, ...values } = newLogin;
    return transact([
      {
        sql: `UPDATE "users" SET "lastLoginAt" = $3
          WHERE "id" = $1 AND "passwordHash" = $2 AND "isActive"`,
        values: [user.id, passwordHash, now],
        expectedRows: 1,
      },
      Token.insertion({
        ...values,
        userId: user.id,
        generation: 0,
        refreshedAt: now,
        userAgent: optional(userAgent, (text) => cut(text, 512)),
        createdAt: now,
        updatedAt: now,
      }),
      ...(networkHash === undefined ? [] : recordNetwork(user.id, networkHash, now)),
    ]);
  }

  /** Advances a login to the next generation; false if the generation is not current or the login has ended. */
  async function refresh(
    { familyId, generation }: Pick<StoredLogin, 'familyId' | 'generation'>,
    now: Date,
    expiresAt: Date,
  ): Promise<boolean> {
    const refreshed = await change(
      `UPDATE "tokens" SET "generation" = $2 + 1, "refreshedAt" = $3, "expiresAt" = $4, "updatedAt" = $3
       WHERE "familyId" = $1 AND "generation" = $2 AND NOT "isRevoked" AND "expiresAt" > $3
         AND EXISTS (SELECT 1 FROM "users" WHERE "users"."id" = "tokens"."userId" AND "users"."isActive")`,
      [familyId, generation, now, expiresAt],
    );
    return refreshed === 1;
  }

  async function find(familyId: string): Promise<StoredLogin | undefined> {
    const [row] = await select(
      `SELECT ${login.columns}, ${userColumns.columns}
       FROM "tokens" JOIN "users" ON "users"."id" = "tokens"."userId"
       WHERE "tokens"."familyId" = $1`,
      [familyId],
    );
    return row && toLogin(row);
  }

  /** Lists the logins of a user that have neither ended nor expired, latest first, at most 100. */
  async function listOpen(userId: number, now: Date): Promise<ListedLogin[]> {
    const rows = await select(
      `SELECT ${listed.columns} FROM "tokens"
       WHERE "userId" = $1 AND NOT "isRevoked" AND "expiresAt" > $2
       ORDER BY "refreshedAt" DESC, "id" DESC LIMIT ${MOST_LISTED}`,
      [userId, now],
    );
    return rows.map(listed.decode);
  }

  /** Ends a login; false if it had already ended. */
  async function revoke(familyId: string, now: Date): Promise<boolean> {
    const [revoked] = await models.Token.update(
      { isRevoked: true, updatedAt: now },
      { where: { familyId, isRevoked: false } },
    );
    return revoked === 1;
  }

  /** Deletes up to `batch` logins that expired before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "tokens" WHERE "expiresAt" < $1 ORDER BY "expiresAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "tokens" WHERE "expiresAt" < $1 AND "id" IN (${placeholders(old.length, 2)})`,
      [before, ...readIds(old)],
    );
  }

  return { open, refresh, find, listOpen, revoke, prune };
}

function toLogin(row: Row): StoredLogin {
  return { ...login.decode(row), user: userColumns.decode(row) };
}
