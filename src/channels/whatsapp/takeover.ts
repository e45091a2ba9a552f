import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { SessionIdentity } from '../session-contract.ts';
import type { SessionRecords } from './interfaces.ts';

type Options = {
  readonly records: Pick<SessionRecords, 'listUnhosted'>;
  /** Starts to keep a session, unless another node is faster. */
  readonly keep: (session: SessionIdentity) => Promise<void>;
  readonly leaseMs: number;
  readonly now: Clock;
  readonly logger: Logger;
};

/** How many sessions are read and started at once. */
const PAGE = 500;

/**
 * Takes over the sessions that should be connected and that no node hosts: at the start, and three times in
 * each lifetime of a lease. Sessions of other nodes, and those that have ended, are never read.
 */
export function createTakeover({ records, keep, leaseMs, now, logger }: Options) {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function takeAll(): Promise<void> {
    let after: number | undefined;
    do {
      const { items, next } = await records.listUnhosted({ limit: PAGE, after }, now(), leaseMs);
      await Promise.all(items.map(take));
      after = next;
    } while (after !== undefined && !isOver);
  }

  async function take(session: SessionIdentity): Promise<void> {
    await keep(session).catch((err: unknown) => {
      const { sessionId } = session;
      logger.error({ err, sessionId }, 'could not start to host a session');
    });
  }

  function run(): Promise<void> {
    clearTimeout(timer);
    running = running
      .then(takeAll)
      .catch((err: unknown) => logger.error({ err }, 'could not look for sessions to take over'))
      .then(() => {
        if (!isOver) timer = setTimeout(() => void run(), leaseMs / 3).unref();
      });
    return running;
  }

  return {
    /** Looks for sessions now. Resolves after this round; the next ones follow. */
    run,

    async stop(): Promise<void> {
      isOver = true;
      clearTimeout(timer);
      await running;
    },
  };
}
