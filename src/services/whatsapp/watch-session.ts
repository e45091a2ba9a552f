import type { Caller } from '../../domain/access/caller.ts';
import type { SessionSnapshot } from '../../domain/whatsapp/session.ts';
import type { StoredSession } from '../../storage/whatsapp/session-store.ts';
import type { Dependencies } from './context.ts';
import { createFinding } from './find-session.ts';
import { type LinkingSecret, toLinkingSecret } from './pairing-secret.ts';
import { createDescribing, type SessionDetails } from './session-details.ts';

export type SessionView = {
  readonly details: SessionDetails;
  readonly qr: LinkingSecret | undefined;
};

export type SessionListener = {
  readonly onChange: (view: SessionView) => void;
  /** The session was deleted; nothing comes after this. */
  readonly onRemoved: () => void;
};

/** How often the row is read, for what another node does with the session. */
const LOOK_MS = 2000;

export function createWatching(dependencies: Dependencies) {
  const { sessions, keeper, now, logger } = dependencies;
  const { getRow } = createFinding(dependencies);
  const { describe, merge } = createDescribing(dependencies);
  const removals = new Set<(sessionId: string) => void>();

  /**
   * Tells `listener` how the session stands now, and then every change, in their order. The returned
   * function ends it. What this node keeps is told at once, what another keeps within seconds.
   * @throws {AppError} `session_not_found`.
   */
  async function watch(
    caller: Caller,
    sessionId: string,
    { onChange, onRemoved }: SessionListener,
  ): Promise<() => void> {
    let row = await getRow(caller, sessionId);
    let told = '';
    let isOver = false;

    const tell = (view: SessionView) => {
      const { queue: _, ...rest } = view.details;
      const text = JSON.stringify([rest, view.qr?.text]);
      if (isOver || text === told) return;
      told = text;
      onChange(view);
    };
    const end = () => {
      isOver = true;
      clearInterval(timer);
      stop();
      removals.delete(onRemoval);
    };
    const removed = () => {
      if (isOver) return;
      end();
      onRemoved();
    };
    const onRemoval = (removedId: string) => {
      if (removedId === sessionId) removed();
    };
    const look = async (snapshot?: SessionSnapshot) => {
      if (isOver) return;
      const found = await readAgain(row);
      if (!found) return removed();
      row = found;
      tell(await view(row, snapshot));
    };
    const first = view(row).then(tell);
    let work = first.catch(() => {});
    /** Changes come faster than rows are read: one after the other, so that they stay in order. */
    const lookNext = (snapshot?: SessionSnapshot) => {
      work = work
        .then(() => look(snapshot))
        .catch((err: unknown) => logger.error({ err, sessionId }, 'a change was not told'));
    };
    const timer = setInterval(lookNext, LOOK_MS).unref();
    removals.add(onRemoval);
    const stop = keeper.watch(sessionId, lookNext);
    await first.catch((error: unknown) => {
      end();
      throw error;
    });
    return end;
  }

  async function view(
    row: StoredSession,
    snapshot = keeper.snapshot(row.sessionId),
  ): Promise<SessionView> {
    if (!snapshot) return { details: await describe(row), qr: undefined };
    const { qr } = snapshot;
    return { details: merge(row, snapshot), qr: qr && toLinkingSecret(qr, now()) };
  }

  /** The row as it stands; the last known one while the database does not answer. */
  async function readAgain(row: StoredSession): Promise<StoredSession | undefined> {
    return sessions.find(row.accountId, row.sessionId).catch(() => row);
  }

  /** Ends every watch of a session that is no more. */
  function announceRemoval(sessionId: string): void {
    for (const tellOf of [...removals]) tellOf(sessionId);
  }

  return { watch, announceRemoval };
}
