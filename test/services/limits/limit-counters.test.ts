import { expect, it } from 'vitest';
import type { Limit } from '../../../src/domain/rate-limit.ts';
import { toCounted, toStatuses } from '../../../src/services/limits/limit-counters.ts';

const ORIGIN = {
  accountId: 'default',
  apiKeyId: undefined,
  ipAddress: '',
  userAgent: undefined,
};
const NOW = new Date('2026-05-01T12:00:00Z');

it.each<Limit>([
  { name: 'one in a minute', max: 1, windowSeconds: 60 },
  { name: 'one at once in a minute', max: 1, windowSeconds: 60, burst: 1 },
])(
  'tells no longer wait than the window, however late the other event is stored: $name',
  (limit) => {
    const counted = toCounted(ORIGIN, [{ limit, subject: 'phone' }]);
    const [{ key, intervalMs } = { key: '', intervalMs: 0 }] = counted.map(
      ({ counter }) => counter,
    );
    // The event that fills the limit has a later time than this one.
    const found = [{ key, resetsAt: NOW.getTime() + 5 + intervalMs }];
    expect(toStatuses(counted, found, NOW)).toMatchObject([{ isFull: true, resetSeconds: 60 }]);
  },
);
