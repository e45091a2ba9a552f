import { performance } from 'node:perf_hooks';
import pLimit from 'p-limit';
import { createIdleGate } from './idle-gate.ts';
import { createTurns } from './turns.ts';

/** A slot in the queue: run one task with it, then release it. */
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
      /** The longest acceptable wait; sets how many may wait, from the duration of recent tasks. */
      readonly maxWaitMs: number;
      /** The assumed duration of a task until one has run. */
      readonly taskMs: number;
    }
);

/** The weight of the latest task in the average time of a task. */
const WEIGHT = 0.1;

/** Who a task runs for: the credential, and the client address behind it. */
export type Asker = {
  readonly credential: string;
  readonly address: string;
  /** Suspected attackers share one worker, which runs only while no other task runs or waits. */
  readonly isSuspect?: boolean;
};

/** The share of slots for callers who need one now, and for those who may turn out not to. */
const SHARE_AT = { now: 1, early: 1 / 2 };

const ANONYMOUS: Asker = { credential: '', address: '' };

/** The largest share of slots for one credential, so that one is always left for others. */
const LARGEST_SHARE = 7 / 8;

/** The largest share of slots for all suspects together, whatever credentials they use. */
const SUSPECTS_SHARE = 1 / 2;

/** A suspect's task waits this long at most for the other tasks to finish, so that some run under any load. */
const LONGEST_DEFERRAL_MS = 1000;

/** Refused callers retry a little later than their slots should be free, because tasks may slow down. */
const MARGIN = 1.5;

/**
 * Runs up to `concurrency` tasks, queues a bounded number, and refuses the rest at once. Queued tasks run
 * in turns per credential and address, so that one busy caller does not delay the others.
 */
export function createBoundedQueue(options: Options) {
  const { concurrency } = options;
  const limit = pLimit(concurrency);
  const suspects = pLimit(1);
  const others = createIdleGate();
  const turns = createTurns<() => Promise<void>>();
  const slotsOf = new Map<string, number>();
  let admitted = 0;
  let admittedSuspects = 0;
  const duration = createAverageDuration('taskMs' in options ? options.taskMs : 0);
  /** When the slot promised to the last refused caller is free. */
  let nextSlotAt = 0;

  /**
   * Takes a slot before any work is done for the caller; undefined if all slots, or the credential's share
   * of them, are taken. Leave out `asker` if the caller is not authenticated yet. A caller who may turn out
   * not to need the slot is `early` and gets one of the first half only, so that others find enough.
   */
  function acquire(
    asker: Asker = ANONYMOUS,
    when: keyof typeof SHARE_AT = 'now',
  ): Slot | undefined {
    const { credential, isSuspect = false } = asker;
    const slots = countSlots(options, duration.averageMs()) * SHARE_AT[when];
    const share = credential === '' ? slots : Math.ceil(slots * LARGEST_SHARE);
    const own = slotsOf.get(credential) ?? 0;
    if (admitted >= slots || own >= share) return undefined;
    if (isSuspect && admittedSuspects >= Math.ceil(slots * SUSPECTS_SHARE)) return undefined;
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
    const own = (slotsOf.get(credential) ?? 0) + by;
    if (own > 0) slotsOf.set(credential, own);
    else slotsOf.delete(credential);
  }

  /** Each task adds one start, and each start runs the task whose turn it is. */
  function runInTurn<T>({ credential, address }: Asker, task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      turns.add([credential, address], () => duration.measure(task).then(resolve, reject));
      void limit(() => turns.next()?.());
    });
  }

  /**
   * Whole seconds, at least 1, after which a caller that is refused now should find a free slot. Each refused
   * caller gets its own time, so that they do not all retry at the same moment.
   */
  function retryAfterSeconds(): number {
    const now = performance.now();
    nextSlotAt = Math.max(nextSlotAt, now) + (MARGIN * duration.averageMs()) / concurrency;
    return Math.max(1, Math.ceil((nextSlotAt - now) / 1000));
  }

  return {
    acquire,
    retryAfterSeconds,
    waiting: () => limit.pendingCount + suspects.pendingCount,
    running: () => limit.activeCount,
  };
}

/** How many tasks may run and wait, if each takes `taskMs`. */
function countSlots(options: Options, taskMs: number): number {
  const { concurrency } = options;
  if ('queueLimit' in options) return concurrency + options.queueLimit;
  return concurrency * (1 + Math.ceil(options.maxWaitMs / Math.max(taskMs, 0.1)));
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
