import type { Caller } from '../../domain/access/caller.ts';
import type { SessionSnapshot } from '../../domain/whatsapp/session.ts';
import type { StoredSession } from '../../storage/whatsapp/session-store.ts';
import type { SessionContext } from './context.ts';
import { getSession } from './find-session.ts';
import { type LinkingSecret, toLinkingSecret } from './pairing-secret.ts';
import { describeSession, mergeSnapshot, type SessionDetails } from './session-details.ts';

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

/**
 * Tells `listener` how the session stands now, and then every change, in their order. The returned
 * function ends it. What this node keeps is told at once, what another keeps within seconds.
 * @throws {AppError} `session_not_found`.
 */
export async function watchSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
  { onChange, onRemoved }: SessionListener,
): Promise<() => void> {
  let row = await getSession(ctx, caller, sessionId);
  let shown = '';
  let isOver = false;

  const show = (view: SessionView) => {
    const { queue: _, ...rest } = view.details;
    const text = JSON.stringify([rest, view.qr?.text]);
    if (isOver || text === shown) return;
    shown = text;
    onChange(view);
  };
  const end = () => {
    isOver = true;
    clearInterval(timer);
    stop();
    stopListening();
  };
  const removed = () => {
    if (isOver) return;
    end();
    onRemoved();
  };
  const look = async (snapshot?: SessionSnapshot) => {
    if (isOver) return;
    const found = await readAgain(ctx, row);
    if (!found) return removed();
    row = found;
    show(await viewOf(ctx, row, snapshot));
  };
  const first = viewOf(ctx, row).then(show);
  let work = first.catch(() => {});
  /** Changes come faster than rows are read: one after the other, so that they stay in order. */
  const lookNext = (snapshot?: SessionSnapshot) => {
    work = work
      .then(() => look(snapshot))
      .catch((err: unknown) => ctx.logger.error({ err, sessionId }, 'a change was not told'));
  };
  const timer = setInterval(lookNext, LOOK_MS).unref();
  const stopListening = ctx.removals.listen((removedId) => {
    if (removedId === sessionId) removed();
  });
  const stop = ctx.keeper.watch(sessionId, lookNext);
  await first.catch((error: unknown) => {
    end();
    throw error;
  });
  return end;
}

async function viewOf(
  ctx: SessionContext,
  row: StoredSession,
  snapshot = ctx.keeper.snapshot(row.sessionId),
): Promise<SessionView> {
  if (!snapshot) return { details: await describeSession(ctx, row), qr: undefined };
  const { qr } = snapshot;
  return { details: mergeSnapshot(ctx, row, snapshot), qr: qr && toLinkingSecret(qr, ctx.now()) };
}

/** The row as it stands; the last known one while the database does not answer. */
async function readAgain(
  { sessions }: SessionContext,
  row: StoredSession,
): Promise<StoredSession | undefined> {
  return sessions.find(row.accountId, row.sessionId).catch(() => row);
}
