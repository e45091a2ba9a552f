import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import { randomId, type SecretKey } from '../../../lib/crypto/secrets.ts';
import type { Logger } from '../../../lib/logger.ts';
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import type { LoginNetworkStore } from '../../../storage/access/login-network-store.ts';
import type { TokenStore } from '../../../storage/access/token-store.ts';
import type { UserStore, UserWithPassword } from '../../../storage/access/user-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import type { LimiterService } from '../../limits/limiter-service.ts';
import type { Limits } from '../../limits/limits.ts';
import type { ClientInfo } from '../identity-service.ts';
import { createAccessTokens } from './access-token.ts';
import { type Compared, createComparing, ofNobody } from './compare-password.ts';
import { createLoginLimits } from './login-limits.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { assertGoodPassword } from './password-policy.ts';
import { createRefreshing, isOpen, type TokenPair } from './refresh-login.ts';
import { createRefreshTokens } from './refresh-token.ts';
import { accessOf, toCaller } from './user-access.ts';

export type { TokenPair };

type Dependencies = {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly loginNetworks: LoginNetworkStore;
  readonly hasher: PasswordHasher;
  readonly limiter: LimiterService;
  readonly limits: Limits;
  readonly activity: ActivityService;
  readonly keys: { readonly current: SecretKey; readonly previous: SecretKey | undefined };
  readonly lives: { readonly accessSeconds: number; readonly refreshSeconds: number };
  readonly logger: Logger;
  readonly now: Clock;
};

export type LoginService = ReturnType<typeof createLoginService>;

/** For so long a node may not know that another one ended a login. */
const REMEMBERED_MS = 5000;

const FAMILY_BYTES = 24;

/** Lets people in by their password, keeps them in by refresh tokens, and lets them out. */
export function createLoginService(dependencies: Dependencies) {
  const { users, tokens, hasher, activity, keys, lives, now } = dependencies;
  const accessTokens = createAccessTokens({ ...keys, lifeSeconds: lives.accessSeconds, now });
  const refreshTokens = createRefreshTokens(keys);
  const known = createTtlCache(tokens.find, { keepMs: REMEMBERED_MS });
  const { compare } = createComparing(dependencies);
  const hits = createLoginLimits({ ...dependencies, secretKey: keys.current });
  const { issue, refresh } = createRefreshing({
    ...{ tokens, accessTokens, refreshTokens, activity, now },
    refreshSeconds: lives.refreshSeconds,
    onEnd: known.forget,
  });

  /**
   * Lets a person in. Unknown, wrong and inactive are answered alike, and take as long.
   * @throws {AppError} `unauthorized`, `rate_limited`, `overloaded`.
   */
  async function login(
    from: ClientInfo,
    { email, password }: { readonly email: string; readonly password: string },
  ): Promise<TokenPair> {
    const compared = await compare(from, {
      password,
      hits: await hits.ofLogin(email, from.ipAddress),
      find: () => users.findByEmail(email),
    });
    const opened = await open(from, compared);
    if (opened) return opened;
    await recordFailure(from, compared);
    throw new AppError('unauthorized', 'The e-mail address or the password is not right');
  }

  /** Opens a login, unless the person may not come in, or has just been told so by somebody else. */
  async function open(
    from: ClientInfo,
    { isRight, person }: Compared,
  ): Promise<TokenPair | undefined> {
    if (!isRight || !person) return undefined;
    const { user } = person;
    const at = now();
    const familyId = randomId(FAMILY_BYTES);
    const expiresAt = addSeconds(at, lives.refreshSeconds);
    const scope = accessOf(user.role).scopes.join(' ');
    const networkHash = hits.hashNetwork(user.email, from.ipAddress);
    const login = { ...from, familyId, scope, expiresAt, networkHash };
    if (!(await tokens.open(person, login, at))) return undefined;
    await activity
      .audit(
        { ...from, accountId: user.accountId },
        { action: 'auth_login', status: 'success', details: `user:${user.id}` },
      )
      .catch(async (error: unknown) => {
        await Promise.allSettled([tokens.revoke(familyId, at)]);
        throw error;
      });
    return issue({ familyId, generation: 0, refreshedAt: at, expiresAt, user });
  }

  /** Whoever has the address is named by id; an address that nobody has may be a password typed amiss. */
  function recordFailure(from: ClientInfo, { person }: Compared): Promise<void> {
    const origin = person ? { ...from, accountId: person.user.accountId } : ofNobody(from);
    const details = person ? nameOf(person) : 'unknown address';
    return activity.audit(origin, { action: 'auth_login', status: 'error', details });
  }

  /** Ends the login of a refresh token. What is not one of ours is not told apart. */
  async function logout(from: ClientInfo, token: string): Promise<void> {
    const shown = refreshTokens.read(token);
    const found = shown && (await tokens.find(shown.familyId));
    if (!found || found.isRevoked) return;
    const { familyId, user } = found;
    await activity.audit(
      { ...from, accountId: user.accountId },
      { action: 'auth_logout', status: 'success', details: `user:${user.id}` },
    );
    await tokens.revoke(familyId, now());
    known.forget(familyId);
  }

  /**
   * Gives the caller, who is a person, a new password, and ends their other logins.
   * @throws {AppError} `forbidden` for a key; `validation_failed`, `rate_limited`, `overloaded`.
   */
  async function changePassword(
    caller: Caller,
    { currentPassword, newPassword }: Readonly<Record<'currentPassword' | 'newPassword', string>>,
  ): Promise<void> {
    const { kind, id, loginId = '' } = caller.principal;
    if (kind !== 'user') throw new AppError('forbidden', 'Only a person has a password');
    const found = await users.findWithPassword(Number(id));
    if (!found) throw new AppError('unauthorized', 'There is no such person any more');
    const { user } = found;
    assertGoodPassword(newPassword, user.email, 'newPassword');
    const { isRight } = await compare(caller, {
      password: currentPassword,
      hits: await hits.ofPassword(user.email, caller.ipAddress),
      find: async () => found,
    });
    if (!isRight) throw notCurrent();
    const passwordHash = await hasher.hash(newPassword);
    const details = `${nameOf(found)} (own password)`;
    await activity.audit(caller, { action: 'user_update', status: 'success', details });
    const next = { passwordHash, keptLogin: loginId };
    if (!(await users.replacePassword(found, next, now()))) throw notCurrent();
    known.forgetAll();
  }

  /** The person whose access token this is; undefined for what is not one, or is not good any more. */
  async function identify(token: string, from: ClientInfo): Promise<Caller | undefined> {
    const hits = await accessTokens.read(token);
    const found = hits && (await known.recall(hits.familyId));
    const isGood = found && isOpen(found, now()) && found.user.id === hits.userId;
    return isGood ? toCaller(found, from) : undefined;
  }

  return { login, refresh, logout, changePassword, identify, forgetPeople: known.forgetAll };
}

function nameOf({ user }: UserWithPassword): string {
  return `user:${user.id}${user.isActive ? '' : ' is inactive'}`;
}

function notCurrent(): AppError {
  return invalidField('currentPassword', 'is not your password', 'wrong_password');
}
