import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SessionReport } from '../../channels/session-contract.ts';
import type { BoundedQueue } from '../../lib/concurrency/bounded-queue.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** What Prometheus reads at `/metrics`. No label holds a number, an address or a code. */
export function createMetrics({ hashing }: { readonly hashing: BoundedQueue }) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'waverify_' });
  new Gauge({
    name: 'waverify_hash_queue_waiting',
    help: 'Code hashes that wait for a core',
    registers,
    collect() {
      this.set(hashing.waiting());
    },
  });
  new Gauge({
    name: 'waverify_hash_running',
    help: 'Code hashes that are being computed',
    registers,
    collect() {
      this.set(hashing.running());
    },
  });
  return {
    registry,
    /** Adds the linked numbers of this node, as `readReports` tells them when they are asked for. */
    watchSessions(readReports: () => readonly SessionReport[]) {
      const gauge = (name: string, help: string, read: (report: SessionReport) => number) =>
        new Gauge({
          ...{ name, help, registers, labelNames: ['session', 'state'] },
          collect() {
            this.reset();
            for (const report of readReports()) {
              this.set({ session: report.sessionId, state: report.state }, read(report));
            }
          },
        });
      gauge(
        'waverify_whatsapp_session_attempts',
        'Failed tries to connect in a row',
        (report) => report.attempt,
      );
      gauge(
        'waverify_whatsapp_queue_waiting',
        'Messages that wait for a number',
        (report) => report.waiting,
      );
      gauge(
        'waverify_whatsapp_queue_oldest_seconds',
        'How long the oldest of them has waited',
        (report) => report.oldestSeconds,
      );
    },
    requestSeconds: new Histogram({
      name: 'waverify_http_request_seconds',
      help: 'Time of HTTP requests by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    sends: new Counter({
      name: 'waverify_otp_sends_total',
      help: 'Codes asked for, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    verifications: new Counter({
      name: 'waverify_otp_verifications_total',
      help: 'Codes checked, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    limitHits: new Counter({
      name: 'waverify_limit_hits_total',
      help: 'Requests that a limit refused',
      labelNames: ['limit'],
      registers,
    }),
    tightenedAttempts: new Counter({
      name: 'waverify_otp_tightened_verifications_total',
      help: 'Codes checked while a shared limit of wrong ones was full',
      labelNames: ['limit'],
      registers,
    }),
    pumpingSuspected: new Counter({
      name: 'waverify_pumping_suspected_total',
      help: 'Keys, prefixes and regions of which too few of the latest sends were verified',
      labelNames: ['kind'],
      registers,
    }),
    wrongCredentials: new Counter({
      name: 'waverify_wrong_credentials_total',
      help: 'Unknown API keys, by whether their address was over its limit',
      labelNames: ['outcome'],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'waverify_delivery_seconds',
      help: 'Time until a channel took a message or failed',
      labelNames: ['channel', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}
