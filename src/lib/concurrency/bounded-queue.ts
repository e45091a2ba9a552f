import { performance } from 'node:perf_hooks';
import pLimit from 'p-limit';
import { createIdleGate } from './idle-gate.ts';
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
  /** A caller that looks like an attacker: its task runs while no other caller's does, one at a time. */
  readonly isSuspect?: boolean;
};

/** The most of all places that one credential may take, so that there is always one for another. */
const LARGEST_SHARE = 7 / 8;

/** The most of all places that suspects may take together, however many credentials they use. */
const SUSPECTS_SHARE = 1 / 2;

/** The longest that a suspect's task waits for the others to be done: one in that time runs whatever the load. */
const LONGEST_DEFERRAL_MS = 1000;

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
  const others = createIdleGate();
  const turns = createTurns<() => Promise<void>>();
  const placesOf = new Map<string, number>();
  let admitted = 0;
  let admittedSuspects = 0;
  const duration = createAverageDuration('taskMs' in options ? options.taskMs : 0);
  /** When the place of the caller who was turned away last is free. */
  let nextPlaceAt = 0;

  function countPlaces(): number {
    if ('queueLimit' in options) return concurrency + options.queueLimit;
    return concurrency * (1 + Math.ceil(options.maxWaitMs / Math.max(duration.averageMs(), 0.1)));
  }

  /**
   * Takes a place before any work is done for the caller; `undefined` when all are taken, or as many as
   * one credential may take. `asker` is left out where nobody is known yet.
   */
  function acquire(asker: Asker = { credential: '', address: '' }): Slot | undefined {
    const { credential, isSuspect = false } = asker;
    const places = countPlaces();
    const share = credential === '' ? places : Math.ceil(places * LARGEST_SHARE);
    const own = placesOf.get(credential) ?? 0;
    if (admitted >= places || own >= share) return undefined;
    if (isSuspect && admittedSuspects >= Math.ceil(places * SUSPECTS_SHARE)) return undefined;
    changeCount(asker, 1);
    return {
      run: (task) => {
        const runTask = () => runInTurn(asker, task);
        return isSuspect ? suspects(() => runWhenIdle(runTask)) : others.track(runTask);
      },
      release: () => changeCount(asker, -1),
    };
  }

  async function runWhenIdle<T>(runTask: () => Promise<T>): Promise<T> {
    await others.untilIdle(LONGEST_DEFERRAL_MS);
    return runTask();
  }

  function changeCount({ credential, isSuspect }: Asker, by: 1 | -1): void {
    admitted += by;
    if (isSuspect) admittedSuspects += by;
    const own = (placesOf.get(credential) ?? 0) + by;
    if (own > 0) placesOf.set(credential, own);
    else placesOf.delete(credential);
  }

  /** There are as many starts as tasks: each starts the one whose turn it is. */
  function runInTurn<T>({ credential, address }: Asker, task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      turns.add([credential, address], () => duration.measure(task).then(resolve, reject));
      void limit(() => turns.next()?.());
    });
  }

  /**
   * Whole seconds, at least 1, after which a caller who is turned away now will find a place. Each
   * such caller has a place of its own, so that they do not all come back at the same moment.
   */
  function retryAfterSeconds(): number {
    const now = performance.now();
    nextPlaceAt = Math.max(nextPlaceAt, now) + (MARGIN * duration.averageMs()) / concurrency;
    return Math.max(1, Math.ceil((nextPlaceAt - now) / 1000));
  }

  return {
    acquire,
    retryAfterSeconds,
    waiting: () => limit.pendingCount + suspects.pendingCount,
    running: () => limit.activeCount,
  };
}

/** How long tasks take, as a moving average; `initialMs` as long as none has run. */
function createAverageDuration(initialMs: number) {
  let averageMs = initialMs;

  async function measure<T>(task: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await task();
    } finally {
      const tookMs = performance.now() - startedAt;
      averageMs = averageMs === 0 ? tookMs : averageMs + WEIGHT * (tookMs - averageMs);
    }
  }

  return { measure, averageMs: () => averageMs };
}

export type BoundedQueue = ReturnType<typeof createBoundedQueue>;
