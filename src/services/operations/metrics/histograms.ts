import { Histogram, type Registry } from 'prom-client';

/** Durations, in seconds. The buckets surround the usual values and the time limits. */
export function createHistograms(registers: Registry[]) {
  const databaseSeconds = new Histogram({
    name: 'waverify_database_seconds',
    help: 'Duration of calls of the database, with their retries and the wait for a connection',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
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
    verificationSeconds: new Histogram({
      name: 'waverify_verification_seconds',
      help: 'Time from the request for a code until it was verified',
      labelNames: ['channel'],
      buckets: [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600],
      registers,
    }),
    /** Measures a call of the database. */
    observeDatabase: createObserver(databaseSeconds),
  };
}

/** Statements are frequent, so the series of each operation is looked up once. */
function createObserver(histogram: Histogram<'operation'>) {
  const series = new Map<string, Histogram.Internal<'operation'>>();
  return (operation: string, seconds: number): void => {
    let found = series.get(operation);
    if (!found) {
      found = histogram.labels(operation);
      series.set(operation, found);
    }
    found.observe(seconds);
  };
}
