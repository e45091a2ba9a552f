import type { Logger } from '../../lib/logger.ts';
import { isProcessDead } from '../../lib/process-identity.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { EpochStore } from '../../storage/operations/epoch-store.ts';
import type { LastSign, Node, NodeStore, SignTimes } from '../../storage/operations/node-store.ts';
import type { VerificationStore } from '../../storage/verification/verification-store.ts';
import type { Ending, RestoreWatch } from './restore-watch.ts';

type Dependencies = {
  readonly self: Node;
  readonly nodes: NodeStore;
  readonly epochs: Pick<EpochStore, 'read'>;
  readonly watch: RestoreWatch;
  readonly verifications: Pick<VerificationStore, 'markVerified'>;
  readonly logger: Logger;
  readonly now: Clock;
};

export type NodeService = ReturnType<typeof createNodeService>;

/** Whoever has not told for so long that it is alive is dead; it tells every two seconds. */
const LIFE_MS = 6000;

/** Marks are written at once when a verification is used up, and else every so many beats. */
const BEATS_PER_MARK = 15;

/** Between two beats a node hardly uses up more. */
const MOST_USED = 200;

/** What a node remembers of the nodes of long ago tells nothing. */
const KEPT_MS = 400 * 86_400_000;

/**
 * This process as one of those that share the database: it tells the others that it is alive, settles
 * what dead ones left undone, and notices when an older database was put in the place of this one.
 */
export function createNodeService(dependencies: Dependencies) {
  const { self, nodes, epochs, watch, verifications, logger, now } = dependencies;
  let [beats, epoch] = [0, 0];
  let used: number[] = [];
  let aliveSince = Number.POSITIVE_INFINITY;
  let [isOnRecord, hasLeft] = [false, false];
  const save = runInTurn(async () => {
    if (isOnRecord) await watch.remember({ epoch, node: self.id, beat: beats, used });
  });

  /**
   * Looks whether the database is an older one than this machine knows. To be called before anything of
   * it is used; the first beat then puts this node on record.
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
    [aliveSince, isOnRecord] = [at, true];
    await save();
  }

  async function end(seen: number, what: Ending): Promise<void> {
    if (!(await watch.endPast(seen, epoch, what))) return;
    const ended =
      what === 'all'
        ? 'all live codes, all logins and the answers kept for Idempotency-Key'
        : 'all live codes';
    logger.warn(
      { ended },
      'The database is older than what this node knows of it, as after a restore',
    );
  }

  /**
   * Tells that this node is alive. A database that does not know what it told before was restored.
   * @throws when the database takes no write.
   */
  const beat = runInTurn(async () => {
    try {
      await (isOnRecord ? countOn() : enter());
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
    if (beats % BEATS_PER_MARK === 0) await save();
  }

  function countOne(times: SignTimes): Promise<boolean> {
    return nodes.write(self.id, { known: beats, next: beats + 1 }, times);
  }

  /** The database is another than it was: its past is ended, unless another node did so already. */
  async function startAgain(): Promise<void> {
    const seen = await epochs.read();
    const mark = { epoch, node: self.id, beat: beats, used };
    if (await watch.isAhead(mark, seen)) await end(seen, 'all');
    used = [];
    epoch = await epochs.read();
    await register();
  }

  /**
   * The others that are dead for sure: those whose process is no more, and those that were silent for
   * their life while this node could have heard them.
   */
  async function listDead(): Promise<LastSign[]> {
    const at = now().getTime();
    const hasListened = at - aliveSince >= LIFE_MS;
    const others = await nodes.listUnsettled(self.id);
    return others.filter(
      (node) => isProcessDead(node.process) || (hasListened && node.aliveUntil <= at),
    );
  }

  /** Settles what dead nodes left undone, and notes that it is. */
  async function settleDead(settle: (nodeId: string) => Promise<void>): Promise<void> {
    for (const node of await listDead()) {
      await settle(node.id);
      await nodes.markSettled(node);
      logger.info({ node: node.id }, 'settled what a dead node left undone');
    }
    if (beats % 10_000 === 0) await nodes.prune(now().getTime() - KEPT_MS);
  }

  /** Uses a verification up, once, whatever becomes of the database: what is used is remembered outside of it. */
  async function markVerified(id: number, at: Date): Promise<boolean> {
    if (used.includes(id)) {
      await beat();
      return false;
    }
    if (!(await verifications.markVerified(id, at))) return false;
    used = [...used, id].slice(-MOST_USED);
    await save();
    return true;
  }

  /** Leaves in peace: nothing of this node is undone. */
  async function close(): Promise<void> {
    if (!isOnRecord || hasLeft) return;
    hasLeft = true;
    const at = now().getTime();
    const isKnown = await countOne({ now: at, aliveUntil: at }).catch(() => false);
    if (isKnown) beats += 1;
    await save();
  }

  /** Ends the past by the operator's wish. @throws when another node did the same in this moment. */
  async function endPast(): Promise<void> {
    const seen = await epochs.read();
    if (!(await watch.endPast(seen, epoch, 'all'))) throw new Error('Another node did so just now');
    epoch = await epochs.read();
    await save();
  }

  return { endPast, begin, beat, settleDead, markVerified, close };
}

/** Runs a task one time after another. Whoever asks for it while it runs waits for the next time, together. */
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
