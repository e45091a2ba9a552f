import { appendFile, readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { readMetrics } from '../support/read-metric.ts';
import { readResidentMb } from '../support/resident-memory.ts';
import type { RunningServer } from '../support/server-keeper.ts';
import type { WebhookReceivers } from '../support/webhook-receivers.ts';
import {
  type CallKind,
  callKinds,
  type Interval,
  type Latency,
  latencyOf,
  type SoakLog,
} from './soak-log.ts';

/** Between two samples. */
export const SAMPLE_MS = 10_000;

/** A collection takes tens of milliseconds, so it must be rare to leave the 99th percentile alone. */
const COLLECT_EVERY_MS = 60_000;
const COLLECTIONS_IN_A_SHORT_RUN = 12;
const COLLECTION_TAKES_MS = 500;

/** The state of the service at a time. Memory is in megabytes. */
export type Sample = {
  /** Since the beginning of the load. */
  readonly seconds: number;
  readonly residentMb: number;
  /** Missing if no garbage collection preceded the sample. */
  readonly heapMb?: number;
  /** Open file descriptors, sockets among them. */
  readonly descriptors: number;
  /** Timers, sockets and others that Node.js counts as active. */
  readonly resources: number;
  readonly eventLoopP99Ms: number;
  readonly webhooksWaiting: number;
  /** Events that the receiver got since the last sample. */
  readonly webhooksArrived: number;
  /** Since the beginning, by kind. */
  readonly errors: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<CallKind, Latency>>;
};

type Sampled = {
  readonly server: RunningServer;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivers: WebhookReceivers;
  readonly log: SoakLog;
  readonly minutes: number;
  /** Where each sample is appended as a line of JSON. */
  readonly path: string | undefined;
};

export type Sampler = ReturnType<typeof startSampler>;

/** Takes a sample every ten seconds, until it is stopped. */
export function startSampler({ server, headers, receivers, log, minutes, path }: Sampled) {
  const samples: Sample[] = [];
  const intervals: Interval[] = [];
  const startedAt = performance.now();
  const shortest = Math.max(SAMPLE_MS, (minutes * 60_000) / COLLECTIONS_IN_A_SHORT_RUN);
  const collectEveryMs = Math.min(COLLECT_EVERY_MS, shortest);
  let collectAt = startedAt;
  const stopping = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    for (let due = startedAt + SAMPLE_MS; !stopping.signal.aborted; due += SAMPLE_MS) {
      const wait = Math.max(0, due - performance.now());
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => {});
      await takeSample().catch((error: Error) => log.noteError(`sample: ${error.message}`));
    }
  }

  async function takeSample(): Promise<void> {
    const isCollected = performance.now() >= collectAt;
    if (isCollected) {
      collectAt += collectEveryMs;
      process.kill(server.pid, 'SIGUSR2');
      await pause(COLLECTION_TAKES_MS);
    }
    const metrics = await readMetrics({ server, headers });
    const read = (name: string) => metrics.get(name) ?? Number.NaN;
    const interval = log.takeInterval();
    const sample: Sample = {
      seconds: Math.round((performance.now() - startedAt) / 1000),
      residentMb: await readResidentMb(server),
      ...(isCollected && { heapMb: read('waverify_nodejs_heap_size_used_bytes') / 1e6 }),
      descriptors: (await readdir(`/proc/${server.pid}/fd`)).length,
      resources: read('waverify_nodejs_active_resources_total'),
      eventLoopP99Ms: read('waverify_nodejs_eventloop_lag_p99_seconds') * 1000,
      webhooksWaiting: read('waverify_webhook_queue_waiting'),
      webhooksArrived: await receivers.count(),
      errors: Object.fromEntries(log.errors),
      calls: latenciesOf(interval),
    };
    intervals.push(interval);
    samples.push(sample);
    if (path !== undefined) await appendFile(path, `${JSON.stringify(sample)}\n`);
  }

  return {
    /** Takes a last sample. */
    async stop() {
      stopping.abort();
      await running;
      return { samples, intervals };
    },
  };
}

function latenciesOf(interval: Interval): Record<CallKind, Latency> {
  const all = callKinds.map((kind) => [kind, latencyOf([interval], kind)]);
  return Object.fromEntries(all) as Record<CallKind, Latency>;
}
