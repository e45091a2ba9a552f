import type { User } from '../../domain/access/user.ts';
import type { Database } from '../database.ts';
import { Token } from '../models/access/token.ts';
import { User as UserModel } from '../models/access/user.ts';
import { cut, optional, placeholders, type Row } from '../statement.ts';
import { noteNetwork } from './login-network-store.ts';
import type { UserWithPassword } from './user-store.ts';

/** A login: the family of refresh tokens that came one out of another, and whose it is. */
export type StoredLogin = {
  readonly familyId: string;
  /** How often it was refreshed. */
  readonly generation: number;
  readonly refreshedAt: Date;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
  readonly user: User;
};

export type NewLogin = {
  readonly familyId: string;
  /** What the person might do at that time; what counts is the person's present role. */
  readonly scope: string;
  readonly expiresAt: Date;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  /** The digest of the person and the network, to be known again there. */
  readonly networkHash?: string | undefined;
};

const login = Token.pick('familyId', 'generation', 'refreshedAt', 'expiresAt', 'isRevoked');
const person = UserModel.pick(
  ...(['id', 'accountId', 'email', 'name', 'role', 'isActive', 'description'] as const),
  ...(['documentId', 'lastLoginAt', 'createdAt', 'updatedAt'] as const),
);

export type TokenStore = ReturnType<typeof createTokenStore>;

/** Keeps logins. Nothing of a token is here: the number of its generation alone tells whether it counts. */
export function createTokenStore({ statements, models }: Database) {
  const { select, change, transact } = statements;

  /**
   * Opens a login of an active person whose password is still the one that was compared; otherwise
   * false. The first step takes the person's row, so that whatever ends all logins comes before, and
   * is seen, or after, and ends this one too.
   */
  function open({ user, passwordHash }: UserWithPassword, newLogin: NewLogin, now: Date) {
    const { networkHash, userAgent, ...values } = newLogin;
    return transact([
      {
        sql: `UPDATE "users" SET "lastLoginAt" = $3
          WHERE "id" = $1 AND "passwordHash" = $2 AND "isActive"`,
        values: [user.id, passwordHash, now],
        touching: 1,
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
      ...(networkHash === undefined ? [] : noteNetwork(user.id, networkHash, now)),
    ]);
  }

  /** Goes from one generation to the next, once; false when it is not the present one, or all is over. */
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
      `SELECT ${login.columns}, ${person.columns}
       FROM "tokens" JOIN "users" ON "users"."id" = "tokens"."userId"
       WHERE "tokens"."familyId" = $1`,
      [familyId],
    );
    return row && toLogin(row);
  }

  /** Ends a login; false when it had ended. */
  async function revoke(familyId: string, now: Date): Promise<boolean> {
    const [revoked] = await models.Token.update(
      { isRevoked: true, updatedAt: now },
      { where: { familyId, isRevoked: false } },
    );
    return revoked === 1;
  }

  /** Deletes up to `batch` logins that were over before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "tokens" WHERE "expiresAt" < $1 ORDER BY "expiresAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "tokens" WHERE "expiresAt" < $1 AND "id" IN (${placeholders(old.length, 2)})`,
      [before, ...old.map((row) => Number(row['id']))],
    );
  }

  return { open, refresh, find, revoke, prune };
}

function toLogin(row: Row): StoredLogin {
  return { ...login.decode(row), user: person.decode(row) };
}
