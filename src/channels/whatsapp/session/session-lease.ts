import { sessionLeaseName } from '../../../domain/whatsapp/session.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { Logger } from '../../../lib/logger.ts';
import { isProcessDead } from '../../../lib/process-identity.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { Leases } from '../interfaces.ts';
import { NotSentError } from '../sending/not-sent-error.ts';

type Options = {
  readonly sessionId: string;
  /** Names this node. */
  readonly owner: string;
  readonly leases: Leases;
  readonly leaseMs: number;
  /** Whether this node should take the session when it is free. */
  readonly mayTake: () => Promise<boolean>;
  /** The lease came by itself: take up the session. */
  readonly onTaken: () => Promise<void>;
  /** The lease goes, or is gone: let go of the session at once. */
  readonly onLetGo: () => Promise<void>;
  readonly now: Clock;
  readonly logger: Logger;
};

export type SessionLease = ReturnType<typeof createSessionLease>;

/** Holds the lease of one session for this node, or waits until it is free: one owner at any time. */
export function createSessionLease(options: Options) {
  const { sessionId, owner, leases, leaseMs, now, logger } = options;
  const lease = { name: sessionLeaseName(sessionId), owner };
  let heldUntil: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let isOver = false;

  /** One after the other: a lease that is being given back must not be taken in the middle of it. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = turn.then(task);
    turn = mine.catch(() => {});
    return mine;
  }

  /** Takes or renews the lease now, and three times in its life from then on. */
  const renew = () => inTurn(renewOnce);

  async function renewOnce(): Promise<void> {
    clearTimeout(timer);
    if (isOver) return;
    await takeOrRenew().catch(async (err: unknown) => {
      logger.error({ err, sessionId }, 'the lease of a session could not be renewed');
      if (isRunningOut()) await release();
    });
    if (isOver) return;
    timer = setTimeout(() => void renew(), leaseMs / 3);
    timer.unref();
  }

  async function takeOrRenew(): Promise<void> {
    if (heldUntil !== undefined) {
      if (!(await acquire())) await release();
      return;
    }
    if ((await options.mayTake()) && (await acquire())) await options.onTaken();
  }

  async function acquire(): Promise<boolean> {
    const until = now().getTime() + leaseMs;
    const isMine = await leases.acquire(lease, now(), new Date(until));
    if (!isMine && !(await inheritUntil(until))) return false;
    heldUntil = until;
    return true;
  }

  /** A process that crashed and was started again need not wait for its own lease to run out. */
  async function inheritUntil(until: number): Promise<boolean> {
    const holder = await leases.findOwner(lease.name, now());
    return (
      holder !== undefined &&
      isProcessDead(holder) &&
      leases.inherit(lease, holder, new Date(until))
    );
  }

  /** Another node may take the session soon: be gone before that. */
  function isRunningOut(): boolean {
    return heldUntil !== undefined && heldUntil < now().getTime() + leaseMs / 3;
  }

  async function release(): Promise<void> {
    if (heldUntil === undefined) return;
    heldUntil = undefined;
    await options.onLetGo();
    await leases.release(lease).catch((err: unknown) => {
      logger.warn({ err, sessionId }, 'a lease runs out by itself');
    });
  }

  return {
    isHeld: () => heldUntil !== undefined,
    renew,

    /** The lease ran out unseen, as it does on a machine that slept: it is free, or somebody else's. */
    reacquire: () =>
      inTurn(async () => {
        await release();
        await renewOnce();
      }),

    /**
     * Takes the lease because a person wants something done; true when it was not held before, and
     * the session is to be taken up. @throws {NotSentError} when another node has it.
     */
    take: (): Promise<boolean> =>
      inTurn(async () => {
        const wasHeld = heldUntil;
        if (wasHeld !== undefined && wasHeld > now().getTime()) return false;
        if (await acquire()) return wasHeld === undefined;
        // On a machine that slept the lease may have run out unseen.
        await release();
        throw new NotSentError(`session ${toSessionName(sessionId)} is kept by another node`);
      }),

    /** Lets go for good. */
    end(): Promise<void> {
      isOver = true;
      clearTimeout(timer);
      return inTurn(release);
    },

    fence: () => ({ leaseName: lease.name, owner, now: now() }),
  };
}
