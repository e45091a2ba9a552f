import { addSeconds, type Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Database } from '../../storage/database.ts';
import type { Node, NodeStore } from '../../storage/node-store.ts';

type Dependencies = {
  readonly nodes: NodeStore;
  readonly database: Pick<Database, 'isInPlace'>;
  readonly node: Node;
  readonly logger: Logger;
  readonly now: Clock;
};

export type WriteProbe = ReturnType<typeof createWriteProbe>;

const PERIOD_MS = 5000;
const FORGOTTEN_AFTER_SECONDS = 86_400;

const MOVED =
  'the database file was deleted or replaced while it was open: what is written now is lost; restart';

/**
 * Writes every five seconds that this node is there, and so knows whether a write is possible: reading
 * works on a full disk, on a read-only one, and in a file that was deleted.
 */
export function createWriteProbe({ nodes, database, node, logger, now }: Dependencies) {
  let isWritable = true;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function probe(): Promise<void> {
    running ??= tryWrite().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function tryWrite(): Promise<void> {
    try {
      if (!(await database.isInPlace())) throw new Error(MOVED);
      await nodes.beat(node, now());
      if (!isWritable) logger.info('the database takes writes again');
      isWritable = true;
    } catch (error) {
      if (isWritable) tellFault(error as Error & { extras?: { reason?: string } });
      isWritable = false;
    }
  }

  function tellFault(error: Error & { extras?: { reason?: string } }): void {
    const reason = error.extras?.reason ?? error.message;
    logger.error({ err: error.cause ?? error }, `the database takes no writes: ${reason}`);
  }

  return {
    /** Whether the last write came through; after one that did not, it is tried again at once. */
    async isWritable(): Promise<boolean> {
      if (!isWritable || !(await database.isInPlace())) await probe();
      return isWritable;
    },

    async start(): Promise<void> {
      await nodes.forget(addSeconds(now(), -FORGOTTEN_AFTER_SECONDS)).catch(() => {});
      await probe();
      timer = setInterval(() => void probe(), PERIOD_MS).unref();
    },

    /** Ends it and strikes this node off the list. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
      if (timer !== undefined) await nodes.leave(node).catch(() => {}); // It is not seen any more soon.
    },
  };
}
