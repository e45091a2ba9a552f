import { Gauge, type Registry } from 'prom-client';
import { sessionStates } from '../../../domain/whatsapp/session.ts';
import { createDeadline, orDeadline } from '../../../lib/concurrency/deadline.ts';
import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { Backlog, BacklogStore } from '../../../storage/operations/backlog-store.ts';

type Parts = { readonly backlog: BacklogStore; readonly now: Clock };

/** How long a read is used again, so that many scrapes at once cost one. */
const KEEP_MS = 1000;

/** A scrape waits this long for the database at most, because Prometheus gives up after ten seconds. */
const PATIENCE_MS = 2000;

/**
 * Adds what waits in the database, and what has failed. These gauges describe the whole installation, so that every node
 * shows the same. While the database does not respond, they are missing and all other metrics stay.
 */
export function watchBacklog(registers: Registry[], parts: Parts): void {
  const { recall } = createTtlCache(() => readAll(parts), { keepMs: KEEP_MS });
  const readInTime = () => inTime(recall('all'));
  type Values = Awaited<ReturnType<typeof readAll>>;

  function gauge(name: string, help: string, read: (values: Values) => number): void {
    new Gauge({
      ...{ name, help, registers },
      async collect() {
        const values = await readInTime();
        this.remove();
        if (values) this.set(read(values));
      },
    });
  }

  gauge(
    'waverify_delivery_queue_waiting',
    'Steps of workflows that are due',
    (values) => values.deliveries.waiting,
  );
  gauge(
    'waverify_delivery_queue_oldest_seconds',
    'How long the oldest of them has been due',
    (values) => ageOf(values.deliveries, values.readAt),
  );
  gauge(
    'waverify_webhook_queue_waiting',
    'Events that are due to be pushed',
    (values) => values.pushes.waiting,
  );
  gauge(
    'waverify_webhook_queue_oldest_seconds',
    'How long the oldest of them has been due',
    (values) => ageOf(values.pushes, values.readAt),
  );
  gauge(
    'waverify_webhooks_failing',
    'Active webhooks whose latest attempt failed',
    (values) => values.failingWebhooks,
  );
  gauge(
    'waverify_conversions_dropped',
    'Channels and regions of accounts of which fewer codes are verified than usual',
    (values) => values.conversionDrops,
  );
  new Gauge({
    name: 'waverify_whatsapp_sessions',
    help: 'WhatsApp sessions of all nodes, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      const values = await readInTime();
      this.reset();
      if (!values) return;
      for (const state of sessionStates) this.set({ state }, values.sessions.get(state) ?? 0);
    },
  });
}

async function readAll({ backlog, now }: Parts) {
  const readAt = now();
  const [deliveries, pushes, failingWebhooks, conversionDrops, sessions] = await Promise.all([
    backlog.readDeliveries(readAt),
    backlog.readPushes(readAt),
    backlog.countFailingWebhooks(),
    backlog.countConversionDrops(),
    backlog.countSessions(),
  ]);
  return { readAt, deliveries, pushes, failingWebhooks, conversionDrops, sessions };
}

/** In seconds; 0 if nothing waits. */
function ageOf({ oldestAt }: Backlog, readAt: Date): number {
  return oldestAt ? Math.max(0, readAt.getTime() - oldestAt.getTime()) / 1000 : 0;
}

/** The result of a read; undefined if it fails or takes too long. The health of the database is reported elsewhere. */
function inTime<T>(reading: Promise<T>): Promise<T | undefined> {
  const { signal, clear } = createDeadline(PATIENCE_MS);
  return orDeadline(reading, signal)
    .catch(() => undefined)
    .finally(clear);
}
