import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SessionReport } from '../../channels/session-contract.ts';
import type { BoundedQueue } from '../../lib/concurrency/bounded-queue.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** The metrics at `/metrics`, for Prometheus. No label contains a phone number, an address or a code. */
export function createMetrics({ hashing }: { readonly hashing: BoundedQueue }) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'waverify_' });
  watchHashing(registers, hashing);
  return {
    registry,
    /** Adds the WhatsApp sessions of this node. `readReports` is called for each scrape. */
    watchSessions: (readReports: () => readonly SessionReport[]) =>
      watchSessions(registers, readReports),
    /** Adds whether wake-ups of other nodes arrive. `isConnected` is called for each scrape. */
    watchBus: (isConnected: () => boolean) => watchBus(registers, isConnected),
    ...createCounters(registers),
    ...createDeliveryCounters(registers),
    ...createHistograms(registers),
  };
}

function watchHashing(registers: Registry[], hashing: BoundedQueue): void {
  new Gauge({
    name: 'waverify_hash_queue_waiting',
    help: 'Code hashes waiting for a core',
    registers,
    collect() {
      this.set(hashing.waiting());
    },
  });
  new Gauge({
    name: 'waverify_hash_running',
    help: 'Code hashes being computed',
    registers,
    collect() {
      this.set(hashing.running());
    },
  });
}

function watchSessions(registers: Registry[], readReports: () => readonly SessionReport[]): void {
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

function watchBus(registers: Registry[], isConnected: () => boolean): void {
  new Gauge({
    name: 'waverify_bus_connected',
    help: 'Whether wake-ups of other nodes arrive',
    registers,
    collect() {
      this.set(isConnected() ? 1 : 0);
    },
  });
}

function createCounters(registers: Registry[]) {
  return {
    sends: new Counter({
      name: 'waverify_otp_sends_total',
      help: 'Codes requested, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    verifications: new Counter({
      name: 'waverify_otp_verifications_total',
      help: 'Codes checked, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    inboundVerifications: new Counter({
      name: 'waverify_inbound_verifications_total',
      help: 'Verifications by an incoming message that were started or refused, and messages with a token, by outcome',
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
      help: 'Codes checked while a shared limit on wrong codes was full',
      labelNames: ['limit'],
      registers,
    }),
    sessionCommands: new Counter({
      name: 'waverify_session_commands_total',
      help: 'What this node asked the hosts of WhatsApp sessions to do, by outcome',
      labelNames: ['command', 'outcome'],
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'waverify_webhook_deliveries_total',
      help: 'Attempts to push an event to a webhook, by what they led to',
      labelNames: ['status'],
      registers,
    }),
    messagesLost: new Counter({
      name: 'waverify_messages_lost_total',
      help: 'Received messages that were not stored, because too many waited for the database',
      registers,
    }),
    pumpingSuspected: new Counter({
      name: 'waverify_pumping_suspected_total',
      help: 'Keys, prefixes and regions with too few verified codes among the latest sends',
      labelNames: ['kind'],
      registers,
    }),
    wrongCredentials: new Counter({
      name: 'waverify_wrong_credentials_total',
      help: 'Invalid API keys, by whether their IP address was over its limit',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

function createDeliveryCounters(registers: Registry[]) {
  return {
    skippedChannels: new Gauge({
      name: 'waverify_channel_skipped',
      help: 'Whether a channel is skipped, because it is misconfigured',
      labelNames: ['channel'],
      registers,
    }),
    relays: new Counter({
      name: 'waverify_relayed_messages_total',
      help: 'Codes of other servers that were to be delivered, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    laterSteps: new Counter({
      name: 'waverify_delivery_later_steps_total',
      help: 'Steps that started because an earlier message did not reach its goal, by outcome',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
  };
}

function createHistograms(registers: Registry[]) {
  return {
    requestSeconds: new Histogram({
      name: 'waverify_http_request_seconds',
      help: 'Duration of HTTP requests by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'waverify_delivery_seconds',
      help: 'Time until a channel accepted a message or failed',
      labelNames: ['channel', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}
