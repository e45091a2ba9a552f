import { sessionLeaseName } from '../../../domain/whatsapp/session.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { Logger } from '../../../lib/logger.ts';
import { isProcessDead } from '../../../lib/process-identity.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { Leases } from '../interfaces.ts';
import { NotSentError } from '../sending/not-sent-error.ts';

type Options = {
  readonly sessionId: string;
  /** Identifies this node. */
  readonly owner: string;
  readonly leases: Leases;
  readonly leaseMs: number;
  /** Whether this node should acquire the session when it is free. */
  readonly mayTake: () => Promise<boolean>;
  /** Called after the lease was acquired automatically. Starts the session. */
  readonly onTaken: () => Promise<void>;
  /** Called before the lease is released, or after it was lost. Stops the session. */
  readonly onLetGo: () => Promise<void>;
  readonly now: Clock;
  readonly logger: Logger;
};

/** How long the next owner has to renew a lease that was passed on to it. Then anyone may acquire it. */
const PASSED_ON_MS = 5000;

export type SessionLease = ReturnType<typeof createSessionLease>;

/** Holds the lease of one session for this node, or waits until it is free. A lease has one owner at a time. */
export function createSessionLease(options: Options) {
  const { sessionId, owner, leases, leaseMs, now, logger } = options;
  const lease = { name: sessionLeaseName(sessionId), owner };
  let heldUntil: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let isOver = false;

  /** Runs one task after another, so that a lease is not acquired while it is being released. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = turn.then(task);
    turn = mine.catch(() => {});
    return mine;
  }

  /** Acquires or renews the lease now, and then three times in each lifetime. */
  const renew = () => inTurn(renewOnce);

  async function renewOnce(): Promise<void> {
    clearTimeout(timer);
    if (isOver) return;
    await takeOrRenew().catch(async (err: unknown) => {
      logger.error({ err, sessionId }, 'could not renew the lease of a session');
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

  /** Takes over the lease of a crashed process on this machine without waiting until it expires. */
  async function inheritUntil(until: number): Promise<boolean> {
    const holder = await leases.findOwner(lease.name, now());
    return (
      holder !== undefined &&
      isProcessDead(holder) &&
      leases.transfer({ name: lease.name, from: holder, to: owner }, new Date(until))
    );
  }

  /** Whether another node may acquire the session soon, so that this one must release it before. */
  function isRunningOut(): boolean {
    return heldUntil !== undefined && heldUntil < now().getTime() + leaseMs / 3;
  }

  async function release(): Promise<void> {
    if (heldUntil === undefined) return;
    heldUntil = undefined;
    await options.onLetGo();
    await leases.release(lease).catch((err: unknown) => {
      logger.warn({ err, sessionId }, 'could not release the lease of a session, it will expire');
    });
  }

  return {
    isHeld: () => heldUntil !== undefined,
    renew,

    /** Handles a lease that expired unnoticed, for example while the machine was suspended. */
    reacquire: () =>
      inTurn(async () => {
        await release();
        await renewOnce();
      }),

    /**
     * Acquires the lease for a user's action. Returns true if it was not held before, so that the
     * caller must start the session. @throws {NotSentError} when another node has it.
     */
    take: (): Promise<boolean> =>
      inTurn(async () => {
        const wasHeld = heldUntil;
        if (isOver) throw hostedElsewhere(sessionId);
        if (wasHeld !== undefined && wasHeld > now().getTime()) return false;
        if (await acquire()) return wasHeld === undefined;
        // The lease may have expired unnoticed, for example while the machine was suspended.
        await release();
        throw hostedElsewhere(sessionId);
      }),

    /** Passes the lease on to another owner and never acquires it again; false if it was not held. */
    passOn(to: string): Promise<boolean> {
      isOver = true;
      clearTimeout(timer);
      return inTurn(async () => {
        if (heldUntil === undefined) return false;
        heldUntil = undefined;
        await options.onLetGo();
        const until = new Date(now().getTime() + PASSED_ON_MS);
        return leases.transfer({ name: lease.name, from: owner, to }, until);
      });
    },

    /** Releases the lease and never acquires it again. */
    end(): Promise<void> {
      isOver = true;
      clearTimeout(timer);
      return inTurn(release);
    },

    fence: () => ({ leaseName: lease.name, owner, now: now() }),
  };
}

function hostedElsewhere(sessionId: string): NotSentError {
  return new NotSentError(`session ${toSessionName(sessionId)} is hosted by another node`);
}
