import { Gauge, type Registry } from 'prom-client';
import type { SessionReport } from '../../../channels/session-contract.ts';
import type { BoundedQueue } from '../../../lib/concurrency/bounded-queue.ts';
import { VERSION } from '../../../lib/version.ts';

export function showBuild(registers: Registry[]): void {
  new Gauge({
    name: 'waverify_build_info',
    help: 'Always 1; the label has the version that runs',
    labelNames: ['version'],
    registers,
  }).set({ version: VERSION }, 1);
}

export function watchHashing(registers: Registry[], hashing: BoundedQueue): void {
  watch(
    registers,
    'waverify_hash_queue_waiting',
    'Code hashes waiting for a core',
    hashing.waiting,
  );
  watch(registers, 'waverify_hash_running', 'Code hashes being computed', hashing.running);
}

export function watchBus(registers: Registry[], isConnected: () => boolean): void {
  const help = 'Whether wake-ups of other nodes arrive';
  watch(registers, 'waverify_bus_connected', help, () => (isConnected() ? 1 : 0));
}

/** A gauge without labels, whose value is read for each scrape. */
function watch(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    ...{ name, help, registers },
    collect() {
      this.set(read());
    },
  });
}

export function watchSessions(
  registers: Registry[],
  readReports: () => readonly SessionReport[],
): void {
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
    'Consecutive failed connection attempts',
    (report) => report.attempt,
  );
  gauge(
    'waverify_whatsapp_queue_waiting',
    'Messages waiting to be sent',
    (report) => report.waiting,
  );
  gauge(
    'waverify_whatsapp_queue_oldest_seconds',
    'How long the oldest message has waited',
    (report) => report.oldestSeconds,
  );
}
