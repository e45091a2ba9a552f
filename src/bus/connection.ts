import { setTimeout as pause } from 'node:timers/promises';
import { orDeadline } from '../lib/concurrency/deadline.ts';
import { drawHexName } from '../lib/crypto/secrets.ts';
import type { Logger } from '../lib/logger.ts';
import { carryLink, within } from './carry-link.ts';
import type { Link, OpenLink } from './link.ts';
import type { WakeUp } from './message.ts';
import type { Outbox } from './outbox.ts';

export type ConnectionTiming = {
  readonly testMs: number;
  readonly answerMs: number;
  /** The pause before connecting again. It doubles with each failure, up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
};

const TIMING: ConnectionTiming = {
  testMs: 10_000,
  answerMs: 5000,
  retryMs: 250,
  longestRetryMs: 10_000,
};

/** How long a closing node waits for its last wake-ups to be sent. */
const CLOSE_MS = 1000;

const NAME_BYTES = 8;

export type ConnectionOptions = {
  readonly open: OpenLink;
  readonly logger: Logger;
  readonly timing?: Partial<ConnectionTiming> | undefined;
};

type Parts = ConnectionOptions & {
  /** Receives the wake-ups of other nodes. */
  readonly onWakeUp: (wakeUp: WakeUp) => void;
};

/** Keeps a link to the other nodes: it connects in the background, and again after each loss, until it is closed. */
export function createConnection({ open, onWakeUp, logger, timing }: Parts) {
  const { testMs, answerMs, retryMs, longestRetryMs } = { ...TIMING, ...timing };
  const name = drawHexName(NAME_BYTES);
  const closing = new AbortController();
  const lossLog = createLossLog(logger);
  let current: { readonly link: Link; readonly outbox: Outbox } | undefined;
  let failures = 0;
  let isTested = false;
  let isClosed = false;

  function noteTested(): void {
    isTested = true;
    failures = 0;
    lossLog.noteBack();
  }

  async function useLink(): Promise<void> {
    const lost = new AbortController();
    const carried = carryLink({
      ...{ open, name, testMs, answerMs, lost, onWakeUp },
      onOpen: (link, outbox) => {
        current = { link, outbox };
      },
      onTested: noteTested,
    });
    await orDeadline(carried, closing.signal).catch((error: unknown) => {
      if (!isClosed) lossLog.noteLost(lost.signal.aborted ? lost.signal.reason : error);
    });
    current = undefined;
    isTested = false;
    lost.abort();
  }

  async function keepLink(): Promise<void> {
    while (!isClosed) {
      await useLink();
      const retryInMs = Math.min(retryMs * 2 ** failures, longestRetryMs);
      failures += 1;
      await pause(retryInMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  const kept = keepLink();
  return {
    /** Sends a wake-up to the other nodes, if there is a link. */
    send(wakeUp: WakeUp): void {
      if (!isClosed) current?.outbox.add(wakeUp);
    },
    /** Whether the link is there and passed its last test. */
    isConnected: () => isTested && !isClosed,
    /** Sends what is left, if the server answers soon, and ends the link. */
    async close(): Promise<void> {
      isClosed = true;
      if (current) {
        const { link, outbox } = current;
        await within(outbox.drain().then(link.close), CLOSE_MS).catch(() => {});
      }
      closing.abort();
      await kept;
    },
  };
}

/** Logs a loss once, however long it lasts, and its end. */
function createLossLog(logger: Logger) {
  let isLost = false;
  return {
    noteLost(err: unknown): void {
      if (!isLost) logger.warn({ err }, LOST);
      isLost = true;
    },
    noteBack(): void {
      if (isLost) logger.info('wake-ups of other nodes arrive again');
      isLost = false;
    },
  };
}

const LOST =
  'wake-ups of other nodes do not arrive: the database is read more often until the connection is back';
