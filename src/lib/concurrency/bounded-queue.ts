import { performance } from 'node:perf_hooks';
import pLimit from 'p-limit';
import { createTurns } from './turns.ts';

/** A place in the queue: run one task with it, then leave. */
export type Slot = {
  run<T>(task: () => Promise<T>): Promise<T>;
  release(): void;
};

type Options = {
  /** How many tasks run at once. */
  readonly concurrency: number;
} & (
  | {
      /** How many more may wait. */
      readonly queueLimit: number;
    }
  | {
      /** So many may wait that the last one waits this long, by the tasks of late. */
      readonly maxWaitMs: number;
      /** How long a task takes, as long as none has run. */
      readonly taskMs: number;
    }
);

/** The weight of the latest task in the average time of a task. */
const WEIGHT = 0.1;

/** Who asks: its credential, and the address behind that. */
export type Asker = {
  readonly credential: string;
  readonly address: string;
  /** Whoever looks like an attacker waits for others like it, and takes no more than one turn at once. */
  readonly isSuspect?: boolean;
};

/** The most of all places that one credential may take, so that there is always one for another. */
const LARGEST_SHARE = 7 / 8;

/** Callers who were turned away come back a little later than their places are free, since tasks may slow down. */
const MARGIN = 1.5;

/**
 * Lets `concurrency` tasks run and some wait; whoever comes then is turned away at once. Those who wait
 * take turns, so that others do not wait for one who asks for much.
 */
export function createBoundedQueue(options: Options) {
  const { concurrency } = options;
  const limit = pLimit(concurrency);
  const suspects = pLimit(1);
  const turns = createTurns<() => Promise<void>>();
  const placesOf = new Map<string, number>();
  let admitted = 0;
  let averageMs = 'taskMs' in options ? options.taskMs : 0;
  /** When the place of the caller who was turned away last is free. */
  let nextPlaceAt = 0;

  function countPlaces(): number {
    if ('queueLimit' in options) return concurrency + options.queueLimit;
    return concurrency * (1 + Math.ceil(options.maxWaitMs / Math.max(averageMs, 0.1)));
  }

  async function measure<T>(task: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await task();
    } finally {
      const tookMs = performance.now() - startedAt;
      averageMs = averageMs === 0 ? tookMs : averageMs + WEIGHT * (tookMs - averageMs);
    }
  }

  /**
   * Takes a place before any work is done for the caller; `undefined` when all are taken, or as many as
   * one credential may take. `asker` is left out where nobody is known yet.
   */
  function acquire(asker: Asker = { credential: '', address: '' }): Slot | undefined {
    const { credential } = asker;
    const places = countPlaces();
    const share = credential === '' ? places : Math.ceil(places * LARGEST_SHARE);
    const own = placesOf.get(credential) ?? 0;
    if (admitted >= places || own >= share) return undefined;
    changeCount(credential, 1);
    return {
      run: (task) => {
        const runTask = () => runInTurn(asker, task);
        return asker.isSuspect ? suspects(runTask) : runTask();
      },
      release: () => changeCount(credential, -1),
    };
  }

  function changeCount(credential: string, by: 1 | -1): void {
    admitted += by;
    const own = (placesOf.get(credential) ?? 0) + by;
    if (own > 0) placesOf.set(credential, own);
    else placesOf.delete(credential);
  }

  /** There are as many starts as tasks: each starts the one whose turn it is. */
  function runInTurn<T>({ credential, address }: Asker, task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      turns.add([credential, address], () => measure(task).then(resolve, reject));
      void limit(() => turns.next()?.());
    });
  }

  /**
   * Whole seconds, at least 1, after which a caller who is turned away now will find a place. Each
   * such caller has a place of its own, so that they do not all come back at the same moment.
   */
  function retryAfterSeconds(): number {
    const now = performance.now();
    nextPlaceAt = Math.max(nextPlaceAt, now) + (MARGIN * averageMs) / concurrency;
    return Math.max(1, Math.ceil((nextPlaceAt - now) / 1000));
  }

  return {
    acquire,
    retryAfterSeconds,
    waiting: () => limit.pendingCount + suspects.pendingCount,
    running: () => limit.activeCount,
  };
}

export type BoundedQueue = ReturnType<typeof createBoundedQueue>;
