import type { User } from '../../../domain/access/user.ts';
import { AppError } from '../../../domain/errors.ts';
import { addSeconds, secondsUntil } from '../../../lib/time/clock.ts';
import type { StoredLogin } from '../../../storage/access/token-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { LoginContext } from './context.ts';

/** What a person's program is given: a token to show, and one to get the next pair with. */
export type TokenPair = {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
  readonly user: User;
};

/** A client whose answer was lost may ask once more, and so may its other tabs. */
const GRACE_MS = 10_000;

type Issue = Pick<StoredLogin, 'familyId' | 'generation' | 'refreshedAt' | 'expiresAt' | 'user'>;

/** The pair of one generation: the same whenever it is asked for, since nothing in it is drawn. */
export async function issueTokens(
  { accessTokens, refreshTokens, now }: LoginContext,
  { user, refreshedAt, expiresAt, ...generation }: Issue,
): Promise<TokenPair> {
  const { familyId } = generation;
  const access = await accessTokens.write(generation, user.id, refreshedAt);
  const at = now();
  return {
    accessToken: access.token,
    expiresInSeconds: secondsUntil(access.expiresAt, at),
    refreshToken: refreshTokens.write({ familyId, generation: generation.generation }),
    refreshExpiresInSeconds: secondsUntil(expiresAt, at),
    user,
  };
}

/**
 * Gives the next pair for a refresh token, once (RFC 9700 4.14.2). The one before the present may
 * come again for a moment and gets the same pair; any older one has been stolen, or was copied, and
 * ends the login for whoever has it.
 * @throws {AppError} `unauthorized`.
 */
export async function refreshLogin(
  ctx: LoginContext,
  from: ClientInfo,
  token: string,
): Promise<TokenPair> {
  const { tokens } = ctx;
  const shown = ctx.refreshTokens.read(token);
  if (!shown) throw notGood();
  const at = ctx.now();
  const next = {
    generation: shown.generation + 1,
    refreshedAt: at,
    expiresAt: addSeconds(at, ctx.refreshSeconds),
  };
  const isFirst = await tokens.refresh(shown, at, next.expiresAt);
  const login = await tokens.find(shown.familyId);
  if (!login) throw notGood();
  if (isFirst) return issueTokens(ctx, { ...login, ...next });

  // The token was genuine, and has not refreshed the login now.
  if (!isOpen(login, at)) throw notGood();
  const isLast = login.generation === shown.generation + 1;
  if (isLast && at.getTime() - login.refreshedAt.getTime() <= GRACE_MS) {
    return issueTokens(ctx, login);
  }
  if (login.generation > shown.generation) await endStolen(ctx, from, login);
  throw notGood();
}

async function endStolen(
  { tokens, knownLogins, activity, now }: LoginContext,
  from: ClientInfo,
  { familyId, user }: StoredLogin,
): Promise<void> {
  const isNews = await tokens.revoke(familyId, now());
  knownLogins.forget(familyId);
  if (!isNews) return;
  await activity.audit(
    { ...from, accountId: user.accountId },
    {
      action: 'access_denied',
      status: 'error',
      details: `user:${user.id}: refresh token used again: family revoked`,
    },
  );
}

/** Whether a login is good at `at`, and its person may still come in. */
export function isOpen({ isRevoked, expiresAt, user }: StoredLogin, at: Date): boolean {
  return !isRevoked && expiresAt > at && user.isActive;
}

function notGood(): AppError {
  return new AppError('unauthorized', 'This refresh token is not good any more: log in again');
}
