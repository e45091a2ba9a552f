import type { Logger } from '../../lib/logger.ts';
import { isProcessDead } from '../../lib/process-identity.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { EpochStore } from '../../storage/operations/epoch-store.ts';
import type { LastSign, Node, NodeStore, SignTimes } from '../../storage/operations/node-store.ts';
import type { Settlement } from '../../storage/procedures.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { Ending, RestoreWatch } from './restore-watch.ts';

type Dependencies = {
  readonly self: Node;
  readonly nodes: NodeStore;
  readonly epochs: Pick<EpochStore, 'read'>;
  readonly leases: Pick<LeaseStore, 'releaseAllOf'>;
  readonly watch: RestoreWatch;
  readonly verifications: Pick<VerificationStore, 'markVerified'>;
  readonly logger: Logger;
  readonly now: Clock;
};

export type NodeService = ReturnType<typeof createNodeService>;

/** A node without a heartbeat for this long is dead. Nodes send one every two seconds. */
const LIFE_MS = 6000;

/** Within this time after a heartbeat, no other node considers this one dead, even if their clocks differ a little. */
const SURELY_ALIVE_MS = LIFE_MS / 2;

/** Marks are written immediately when a verification is used up, and otherwise every 15 beats. */
const BEATS_PER_MARK = 15;

/** More than a node is likely to use up between two beats. */
const MOST_USED = 200;

/** How long the rows of dead nodes are kept. */
const KEPT_MS = 400 * 86_400_000;

/**
 * This process as one of the nodes that share the database. It sends heartbeats, settles the unfinished work
 * of dead nodes, and detects when the database was replaced by an older copy.
 */
export function createNodeService(dependencies: Dependencies) {
  const { self, nodes, epochs, leases, watch, verifications, logger, now } = dependencies;
  let [beats, epoch] = [0, 0];
  let used: number[] = [];
  let aliveSince = Number.POSITIVE_INFINITY;
  let lastBeatAt = Number.NEGATIVE_INFINITY;
  let [isRegistered, hasLeft] = [false, false];
  const save = runInTurn(async () => {
    if (isRegistered) await watch.remember({ epoch, node: self.id, beat: beats, used });
  });

  /**
   * Checks whether the database is older than what this machine knows. Call it before using the
   * database. The first beat then registers this node.
   */
  async function begin(): Promise<void> {
    const seen = await epochs.read();
    const what = await watch.judge(seen);
    if (what === 'nothing') used = watch.readUsed().slice(-MOST_USED);
    else await end(seen, what);
    epoch = await epochs.read();
  }

  async function register(): Promise<void> {
    const at = now().getTime();
    await nodes.register(self, beats, { now: at, aliveUntil: at + LIFE_MS });
    [aliveSince, lastBeatAt, isRegistered] = [at, at, true];
    await save();
  }

  async function end(seen: number, what: Ending): Promise<void> {
    if (!(await watch.endPast(seen, epoch, what))) return;
    const ended =
      what === 'all'
        ? 'all live codes, all logins and all stored Idempotency-Key responses'
        : 'all live codes';
    logger.warn(
      { ended },
      'The database is older than this node expects, probably restored from a backup',
    );
  }

  /**
   * Writes a heartbeat. If the database does not have the previous one, it was restored.
   * @throws when the database cannot be written.
   */
  const beat = runInTurn(async () => {
    try {
      await (isRegistered ? countOn() : enter());
    } catch (error) {
      aliveSince = Number.POSITIVE_INFINITY;
      throw error;
    }
  });

  async function enter(): Promise<void> {
    await register();
    await watch.forgetDead(self.id);
  }

  async function countOn(): Promise<void> {
    const at = now().getTime();
    const isKnown = await countOne({ now: at, aliveUntil: at + LIFE_MS });
    const number = await epochs.read();
    if (!isKnown || number < epoch || (await nodes.isAnyLive(used))) return startAgain();
    beats += 1;
    epoch = number;
    aliveSince = Math.min(aliveSince, at);
    lastBeatAt = at;
    if (beats % BEATS_PER_MARK === 0) await save();
  }

  function countOne(times: SignTimes): Promise<boolean> {
    return nodes.write(self.id, { known: beats, next: beats + 1 }, times);
  }

  /** The database was replaced: ends its past, unless another node has already done so. */
  async function startAgain(): Promise<void> {
    const seen = await epochs.read();
    const mark = { epoch, node: self.id, beat: beats, used };
    if (await watch.isAhead(mark, seen)) await end(seen, 'all');
    used = [];
    epoch = await epochs.read();
    await register();
  }

  /**
   * Other nodes that are certainly dead: their process has ended, or they sent no heartbeat for
   * `LIFE_MS` while this node could read them.
   */
  async function listDead(): Promise<LastSign[]> {
    const at = now().getTime();
    const hasListened = at - aliveSince >= LIFE_MS;
    const others = await nodes.listUnsettled(self.id);
    return others.filter(
      (node) => isProcessDead(node.process) || (hasListened && node.aliveUntil <= at),
    );
  }

  /**
   * Settles the unfinished work of dead nodes, and marks them as settled. `settle` returns how much there
   * was: none after an orderly stop. The leases of a process that is certainly dead end at once.
   */
  async function settleDead(settle: (nodeId: string) => Promise<number>): Promise<void> {
    for (const node of await listDead()) {
      if (isProcessDead(node.process)) await leases.releaseAllOf(node.process, now());
      const settled = await settle(node.id);
      await nodes.markSettled(node);
      if (settled === 0) continue;
      logger.info({ node: node.id, settled }, 'settled the unfinished work of a dead node');
    }
    if (beats % 10_000 === 0) await nodes.prune(now().getTime() - KEPT_MS);
  }

  function isSurelyAlive(): boolean {
    const ageMs = now().getTime() - lastBeatAt;
    return ageMs >= 0 && ageMs < SURELY_ALIVE_MS;
  }

  /** Uses up a verification once, even if the database is restored: used ones are also stored outside it. */
  async function markVerified(id: number, at: Date, settlement?: Settlement): Promise<boolean> {
    if (used.includes(id)) {
      await beat();
      return false;
    }
    if (!(await verifications.markVerified(id, at, settlement))) return false;
    used = [...used, id].slice(-MOST_USED);
    await save();
    return true;
  }

  /** Signs off, so that other nodes know that nothing is left to settle. */
  async function close(): Promise<void> {
    if (!isRegistered || hasLeft) return;
    hasLeft = true;
    const at = now().getTime();
    const isKnown = await countOne({ now: at, aliveUntil: at }).catch(() => false);
    if (isKnown) beats += 1;
    await save();
  }

  /** Ends the past at the operator's request. @throws when another node does the same at that moment. */
  async function endPast(): Promise<void> {
    const seen = await epochs.read();
    if (!(await watch.endPast(seen, epoch, 'all')))
      throw new Error('Another node has just done the same');
    epoch = await epochs.read();
    await save();
  }

  return { endPast, begin, beat, isSurelyAlive, settleDead, markVerified, close };
}

/** Runs a task one call at a time. Calls made during a run share the next run. */
function runInTurn(task: () => Promise<void>): () => Promise<void> {
  let current = Promise.resolve();
  let next: Promise<void> | undefined;
  return function run() {
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        current = task();
        return current;
      });
    return next;
  };
}
