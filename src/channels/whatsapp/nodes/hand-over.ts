import { addSeconds } from '../../../lib/time/clock.ts';
import type { SessionPool } from '../pool.ts';
import type { NodeParts, Peer } from './interfaces.ts';
import type { OwnerCalls } from './owner-calls.ts';

type Options = NodeParts & {
  readonly pool: Pick<SessionPool, 'held' | 'passOn'>;
  readonly call: OwnerCalls['call'];
};

type Member = ReturnType<SessionPool['held']>[number];

/**
 * Only one node at a time hands sessions over, so that numbers reconnect one by one, and none is given to a node that
 * stops.
 */
const LEASE_NAME = 'spread-sessions';
const LEASE_SECONDS = 30;

/** How long the next node may take to start a session that it was given. */
const TAKE_OVER_MS = 5000;

/** Hands sessions over to other nodes: one now and then to a node with fewer, and all when this node stops. */
export function createHandOver(options: Options) {
  const { pool, listPeers, leases, owner, spreadMs, now, logger } = options;
  const lease = { name: LEASE_NAME, owner };
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let isOver = false;

  /** Passes the lease on and tells the next node to start the session. If that fails, any node takes it over later. */
  async function give({ sessionId, accountId }: Member, to: string): Promise<void> {
    try {
      if (!(await pool.passOn(sessionId, to))) return;
      await options.call(sessionId, 'take_over', { accountId }, { milliseconds: TAKE_OVER_MS });
      logger.info({ sessionId, toProcess: to }, 'handed a session over to another node');
    } catch (err) {
      logger.warn(
        { err, sessionId, toProcess: to },
        'could not hand a session over to another node',
      );
    }
  }

  async function spread(): Promise<void> {
    const open = pool.held().filter(isOpen);
    // Reads nothing while this node cannot have more than another.
    if (open.length < 2) return;
    const least = findLeast(await listPeers());
    if (!least || open.length - least.sessions < 2) return;
    if (!(await acquire())) return;
    try {
      const idle = open.find(({ session }) => session.sendQueue.isIdle());
      if (idle) await give(idle, least.owner);
    } finally {
      await leases.release(lease);
    }
  }

  const acquire = () => leases.acquire(lease, now(), addSeconds(now(), LEASE_SECONDS));

  function schedule(): void {
    if (isOver) return;
    timer = setTimeout(() => {
      running = spread()
        .catch((err: unknown) => logger.warn({ err }, 'could not spread sessions over the nodes'))
        .then(schedule);
    }, spreadMs).unref();
  }

  async function stopSpreading(): Promise<void> {
    isOver = true;
    clearTimeout(timer);
    await running;
  }

  /** Hands all sessions over, each to the node with the fewest; none if there is no other node. */
  async function giveAll(): Promise<void> {
    await stopSpreading();
    if (pool.held().length === 0) return;
    await acquire();
    const peers = await listPeers();
    const assigned = assign(pool.held(), peers);
    await Promise.all(assigned.map(([member, to]) => give(member, to)));
  }

  return {
    start: schedule,

    giveAll: () =>
      giveAll().catch((err: unknown) => {
        logger.warn({ err }, 'could not look for nodes that take over the sessions');
      }),

    /** The lease stays, so that other nodes give this one nothing while it closes. */
    stop: stopSpreading,
  };
}

/** A session that someone is linking stays where it is. */
function isOpen({ session }: Member): boolean {
  return session.snapshot().state === 'open';
}

/** Assigns each session to the node that has the fewest then. */
function assign(members: readonly Member[], peers: readonly Peer[]): [Member, string][] {
  const byOwner = new Map(peers.map((peer) => [peer.owner, peer]));
  return members.flatMap((member): [Member, string][] => {
    const least = findLeast([...byOwner.values()]);
    if (!least) return [];
    byOwner.set(least.owner, { ...least, sessions: least.sessions + 1 });
    return [[member, least.owner]];
  });
}

function findLeast(peers: readonly Peer[]): Peer | undefined {
  return peers.toSorted((a, b) => a.sessions - b.sessions)[0];
}
