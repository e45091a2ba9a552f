import type { Caller } from '../../../domain/access/caller.ts';
import { readIgnored } from '../../../domain/conversations/session-settings.ts';
import { AppError } from '../../../domain/errors.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';

type Settings = Pick<StoredSession, 'usedFor' | 'ignoredChats'>;

/**
 * Refuses groups to a session that only sends codes, because a message to a group holds up all others, or that ignores
 * groups.
 * @throws {AppError} `session_use`
 */
export function assertHasGroups({ usedFor, ignoredChats }: Settings): void {
  if (usedFor === 'passcodes') {
    const message =
      'The session only sends codes. Set its `use` to `conversations` or `both` to use groups.';
    throw new AppError('session_use', message);
  }
  if (!readIgnored(ignoredChats).includes('groups')) return;
  throw new AppError(
    'session_use',
    'The session ignores groups. Remove `groups` from its `ignore`.',
  );
}

/**
 * Gets a session that may use groups.
 * @throws {AppError} `session_not_found`; `forbidden` for a session that the caller's key does not permit, or a key that
 *   is restricted to regions, since the members of groups may be anywhere; `session_use`.
 */
export async function getGroupSession(
  ctx: Pick<ConversationContext, 'whatsapp'>,
  caller: Caller,
  sessionId: string,
): Promise<StoredSession> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  assertReachesGroups(caller);
  assertHasGroups(session);
  return session;
}

/** @throws {AppError} `forbidden` */
export function assertReachesGroups({ restrictions }: Caller): void {
  if (!restrictions.regions) return;
  throw new AppError('forbidden', 'This key is restricted to regions, so it cannot use groups');
}
