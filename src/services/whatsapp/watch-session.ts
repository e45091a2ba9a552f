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
  /** The session was deleted. This is the last call. */
  readonly onRemoved: () => void;
};

/** How often the row is read, in case that no change is reported. */
const POLL_MS = 2000;

/**
 * Calls `listener` with the session as it is now, and then with every change in order. Returns a function
 * that stops it.
 * @throws {AppError} `session_not_found`.
 */
export async function watchSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
  { onChange, onRemoved }: SessionListener,
): Promise<() => void> {
  let row = await getSession(ctx, caller, sessionId);
  let latest: SessionSnapshot | undefined;
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
  const poll = async (snapshot?: SessionSnapshot) => {
    if (isOver) return;
    const found = await readAgain(ctx, row);
    if (!found) return removed();
    row = found;
    latest = snapshot ?? recall(ctx, row, latest);
    show(await viewOf(ctx, row, latest));
  };
  const first = viewOf(ctx, row).then(show);
  let work = first.catch(() => {});
  /** Changes may arrive faster than rows are read, so they are handled one by one, in order. */
  const pollNext = (snapshot?: SessionSnapshot) => {
    work = work
      .then(() => poll(snapshot))
      .catch((err: unknown) =>
        ctx.logger.error({ err, sessionId }, 'could not report a change of a session'),
      );
  };
  const timer = setInterval(pollNext, POLL_MS).unref();
  const stopListening = ctx.removals.listen((removedId) => {
    if (removedId === sessionId) removed();
  });
  const stop = ctx.keeper.watch(sessionId, pollNext);
  await first.catch((error: unknown) => {
    end();
    throw error;
  });
  return end;
}

/** The last report of the node that keeps the session, unless the row shows that it is out of date. */
function recall(
  { keeper }: SessionContext,
  row: StoredSession,
  latest: SessionSnapshot | undefined,
): SessionSnapshot | undefined {
  return keeper.snapshot(row.sessionId) ?? (latest?.state === row.state ? latest : undefined);
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

/** Reads the row again. Returns the last known one if the database does not respond. */
async function readAgain(
  { sessions }: SessionContext,
  row: StoredSession,
): Promise<StoredSession | undefined> {
  return sessions.find(row.accountId, row.sessionId).catch(() => row);
}
