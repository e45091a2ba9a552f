import type { GroupSummary } from '../../../../domain/conversations/account/group.ts';
import {
  type Answer,
  ASKED_TOO_OFTEN,
} from '../../../../domain/conversations/account/session-action.ts';
import { createRecentEntries } from '../../../../lib/recent-entries.ts';
import { addSeconds, type Clock } from '../../../../lib/time/clock.ts';
import type { GroupMetadata } from '../baileys.ts';

/** How many groups are kept with their members. */
const MOST_WHOLE = 200;

/** How often WhatsApp is asked about one group, and about all of them. */
const ASK_EVERY_MS = 60_000;
const MOST_ASKED = 2000;

/** How long WhatsApp is not asked after it has refused to answer so often. */
const BACK_OFF_SECONDS = 15 * 60;

/** WhatsApp refused a question or a change about a group. */
export class GroupRefusal extends Error {
  readonly errorCode: number;

  constructor(errorCode: number, options?: ErrorOptions) {
    super(`WhatsApp refused it (${errorCode})`, options);
    this.errorCode = errorCode;
  }
}

export type GroupCache = ReturnType<typeof createGroupCache>;

/**
 * Remembers the groups of a session, until WhatsApp reports a change, and how often WhatsApp was asked: it limits that,
 * and each message to a group needs the members. Known changes are made in the remembered objects.
 */
export function createGroupCache(now: Clock) {
  const whole = createRecentEntries<GroupMetadata>({ most: MOST_WHOLE });
  const summaries = new Map<string, GroupSummary>();
  const asked = createRecentEntries<Promise<unknown>>({ most: MOST_ASKED, ttlMs: ASK_EVERY_MS });
  const stale = new Set<string>();
  let isListed = false;
  let blockedUntil: Date | undefined;

  /** Asks at most once a minute for each key; in between, a refusal or reply stays the same. */
  function askSometimes<T>(key: string, query: () => Promise<T>): Promise<T> {
    const known = asked.get(key) as Promise<T> | undefined;
    if (known) return known;
    const asking = ask(query).catch((error: unknown) => {
      if (!(error instanceof GroupRefusal)) asked.delete(key);
      throw error;
    });
    asked.set(key, asking);
    return asking;
  }

  /** Asks now, unless WhatsApp has refused to answer so often. @throws {GroupRefusal} */
  async function ask<T>(query: () => Promise<T>): Promise<T> {
    if (blockedUntil && blockedUntil > now()) throw new GroupRefusal(ASKED_TOO_OFTEN);
    try {
      return await query();
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal?.errorCode === ASKED_TOO_OFTEN)
        blockedUntil = addSeconds(now(), BACK_OFF_SECONDS);
      throw refusal ?? error;
    }
  }

  return {
    ask,
    askSometimes,
    find: (groupId: string) => whole.get(groupId),
    /** The group, if it needs no question, or none is due. */
    findFresh(groupId: string): GroupMetadata | undefined {
      const isFresh = !stale.has(groupId) || asked.has(groupId);
      return isFresh ? whole.get(groupId) : undefined;
    },
    put(metadata: GroupMetadata, summary: GroupSummary): void {
      whole.set(metadata.id, metadata);
      summaries.set(metadata.id, summary);
      stale.delete(metadata.id);
    },
    changeSummary(groupId: string, change: (summary: GroupSummary) => GroupSummary): void {
      const summary = summaries.get(groupId);
      if (summary) summaries.set(groupId, change(summary));
    },
    /** Asks for a group again when that is due. */
    markStale: (groupId: string) => void stale.add(groupId),
    /** Forgets a group of which the session is no longer a member. */
    drop(groupId: string): void {
      whole.delete(groupId);
      summaries.delete(groupId);
      asked.delete(groupId);
    },
    /** All groups, if they were listed on this connection. */
    list: (): readonly GroupSummary[] | undefined =>
      isListed ? [...summaries.values()] : undefined,
    setListed(): void {
      isListed = true;
    },
    /** A new connection may have missed something. The block stays. */
    onConnect(): void {
      for (const cache of [whole, summaries, asked, stale]) cache.clear();
      isListed = false;
    },
  };
}

/** Runs a question or a change about groups. */
export async function answerOf<T>(action: Promise<T>): Promise<Answer<T>> {
  try {
    return { outcome: 'done', reply: await action };
  } catch (error) {
    if (error instanceof GroupRefusal) return { outcome: 'refused', errorCode: error.errorCode };
    throw error;
  }
}

/** Baileys reports an error of the server with its code as `data`; undefined for another failure. */
function toRefusal(error: unknown): GroupRefusal | undefined {
  const { data } = error as { data?: unknown };
  const isCode = typeof data === 'number' && Number.isFinite(data);
  return isCode ? new GroupRefusal(data, { cause: error }) : undefined;
}
