import type { Logger } from '../../lib/logger.ts';
import type { Database } from '../../storage/database.ts';

type Dependencies = {
  readonly database: Pick<Database, 'isInPlace'>;
  /** Writes that this node is alive. @throws when the database takes no write. */
  readonly beat: () => Promise<void>;
  readonly logger: Logger;
};

export type WriteProbe = ReturnType<typeof createWriteProbe>;

/** Others take a node for dead that was silent three times as long. */
const PERIOD_MS = 2000;

const MOVED =
  'the database file was deleted or replaced while it was open: what is written now is lost; restart';

/**
 * Writes every two seconds that this node is alive, and so knows whether a write is possible: reading
 * works on a full disk, on a read-only one, and in a file that was deleted.
 */
export function createWriteProbe({ database, beat, logger }: Dependencies) {
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
      await beat();
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
      await probe();
      timer = setInterval(() => void probe(), PERIOD_MS).unref();
    },

    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
