import type { Logger } from '../../lib/logger.ts';
import type { Database } from '../../storage/database.ts';

type Dependencies = {
  readonly database: Pick<Database, 'isInPlace'>;
  /** Writes a heartbeat. @throws when the database cannot be written. */
  readonly beat: () => Promise<void>;
  readonly logger: Logger;
};

export type WriteProbe = ReturnType<typeof createWriteProbe>;

/** Other nodes regard a node as dead after three times this period. */
const PERIOD_MS = 2000;

const MOVED =
  'the database file was deleted or replaced while it was open. Writes are lost until you restart.';

/**
 * Writes a heartbeat every two seconds, and so knows whether the database can be written. Reads are not
 * enough: they work on a full disk, on a read-only one, and in a deleted file.
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
      if (!isWritable) logger.info('the database can be written again');
      isWritable = true;
    } catch (error) {
      if (isWritable) logFault(error as Error & { extras?: { reason?: string } });
      isWritable = false;
    }
  }

  function logFault(error: Error & { extras?: { reason?: string } }): void {
    const reason = error.extras?.reason ?? error.message;
    logger.error({ err: error.cause ?? error }, `the database cannot be written: ${reason}`);
  }

  return {
    /** Whether the last write succeeded. After a failure, it tries again immediately. */
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
