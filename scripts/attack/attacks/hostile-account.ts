import { createCaller, type Request } from '../caller.ts';
import { numberOf } from '../people.ts';
import { type Attack, pump, type Target } from './attack.ts';
import { holdStreams } from './hold-streams.ts';

const CONNECTIONS = 16;
const STREAMS = 40;

/** How many seconds before their login honest people are sent a code. */
const AHEAD_SECONDS = 5;

/** A customer of the same service, with a key for everything in its own account. */
export const hostileAccount: Attack = {
  name: 'hostile-account',
  async run(target, tally) {
    const { origin, seconds, hostileKey } = target;
    const caller = createCaller(origin, CONNECTIONS);
    const session = { sessionId: 'hostile-0' };
    await caller.call({ path: '/api/sessions', key: hostileKey, body: session });
    const path = `/api/sessions/${session.sessionId}/events`;
    const streams = holdStreams({ origin, path, key: hostileKey, count: STREAMS });
    try {
      const pumping = { caller, connections: CONNECTIONS, seconds, tally };
      await pump(pumping, (index, elapsed) => draw(target, index, elapsed));
    } finally {
      await streams.end();
      await caller.close();
    }
  },
};

/** A range of years in hourly steps, and the widest searches of the logs. */
const BIG_QUERIES = [
  '/api/analytics/funnel?from=2024-01-01&by=region&timeZone=Asia/Kolkata',
  '/api/analytics/export?log=activity&from=2020-01-01',
  '/api/analytics/logs/activity?limit=100&from=2020-01-01',
  '/api/analytics/export?log=otp&from=2020-01-01',
  '/api/analytics/logs/otp?limit=100&from=2020-01-01',
  '/api/analytics/dashboard',
  '/api/usage?from=2024-01-01',
];

function draw({ hostileKey, honestRate }: Target, index: number, elapsed: number): Request {
  const caller = { key: hostileKey, from: '203.0.113.68' };
  const now = Math.floor(elapsed * honestRate);
  const ahead = now + (index % (AHEAD_SECONDS * honestRate));
  const otp = String(index % 1_000_000).padStart(6, '0');
  const phoneNumber = numberOf('honest', ahead);
  const moves: readonly (() => Request)[] = [
    () => ({ ...caller, path: '/api/otp/send', body: { phoneNumber } }),
    () => ({ ...caller, path: '/api/otp/verify', body: { phoneNumber, otp } }),
    () => ({
      ...caller,
      method: 'GET',
      path: BIG_QUERIES[(index >> 2) % BIG_QUERIES.length] ?? '/',
    }),
    () => ({ ...caller, path: '/api/sessions', body: { sessionId: `hostile-${index % 5000}` } }),
  ];
  return (moves[index % moves.length] ?? (moves[0] as () => Request))();
}
