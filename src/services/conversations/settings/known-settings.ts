import {
  readSettings,
  type SessionSettings,
} from '../../../domain/conversations/session-settings.ts';
import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { SessionStore } from '../../../storage/whatsapp/session-store.ts';

/**
 * How long a session's settings stay in memory. Another node may change them. Nothing is stored beyond a level that was
 * lowered meanwhile, because each write checks it.
 */
const KEEP_MS = 2000;

export type KnownSettings = ReturnType<typeof createKnownSettings>;

/** Remembers what sessions store, so that a message to one that stores nothing needs no query. */
export function createKnownSettings(sessions: Pick<SessionStore, 'findById'>) {
  async function load(sessionId: string): Promise<SessionSettings | undefined> {
    const session = await sessions.findById(sessionId);
    if (!session) return undefined;
    return readSettings(session);
  }
  return createTtlCache(load, { keepMs: KEEP_MS });
}
