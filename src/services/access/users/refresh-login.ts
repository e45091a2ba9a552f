import type { User } from '../../../domain/access/user.ts';
import { AppError } from '../../../domain/errors.ts';
import { addSeconds, secondsUntil } from '../../../lib/time/clock.ts';
import type { StoredLogin } from '../../../storage/access/token-store.ts';
import type { ClientInfo } from '../identity-service.ts';
import type { LoginContext } from './context.ts';

/** What a login returns: an access token, and a refresh token for the next pair. */
export type TokenPair = {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresInSeconds: number;
  readonly user: User;
};

/** A client that lost the response, or its other tabs, may use the same token again for this long. */
const GRACE_MS = 10_000;

type Issue = Pick<StoredLogin, 'familyId' | 'generation' | 'refreshedAt' | 'expiresAt' | 'user'>;

/** The token pair of a generation. Nothing in it is random, so the same generation has the same pair. */
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
 * Returns the next pair for a refresh token, once (RFC 9700 4.14.2). The previous token may be used again
 * for a moment and gets the same pair. Any older one was stolen or copied, and ends the login.
 * @throws {AppError} `unauthorized`.
 */
export async function refreshLogin(
  ctx: LoginContext,
  from: ClientInfo,
  token: string,
): Promise<TokenPair> {
  const { tokens } = ctx;
  const shown = ctx.refreshTokens.read(token);
  if (!shown) throw notValid();
  const at = ctx.now();
  const next = {
    generation: shown.generation + 1,
    refreshedAt: at,
    expiresAt: addSeconds(at, ctx.refreshSeconds),
  };
  const isFirst = await tokens.refresh(shown, at, next.expiresAt);
  const login = await tokens.find(shown.familyId);
  if (!login) throw notValid();
  if (isFirst) return issueTokens(ctx, { ...login, ...next });

  // The token is genuine, but it was used before or its login has ended.
  if (!isOpen(login, at)) throw notValid();
  const isLast = login.generation === shown.generation + 1;
  if (isLast && at.getTime() - login.refreshedAt.getTime() <= GRACE_MS) {
    return issueTokens(ctx, login);
  }
  if (login.generation > shown.generation) await endStolen(ctx, from, login);
  throw notValid();
}

async function endStolen(
  { tokens, knownLogins, activity, now }: LoginContext,
  from: ClientInfo,
  { familyId, user }: StoredLogin,
): Promise<void> {
  const isFirst = await tokens.revoke(familyId, now());
  knownLogins.forget(familyId);
  if (!isFirst) return;
  await activity.audit(
    { ...from, accountId: user.accountId },
    {
      action: 'access_denied',
      status: 'error',
      details: `user:${user.id}: refresh_token_reused`,
    },
  );
}

/** Whether a login is valid at `at`, and its user is active. */
export function isOpen({ isRevoked, expiresAt, user }: StoredLogin, at: Date): boolean {
  return !isRevoked && expiresAt > at && user.isActive;
}

function notValid(): AppError {
  return new AppError('unauthorized', 'This refresh token is no longer valid. Log in again.');
}
