import { createCaller, type Request } from '../caller.ts';
import { nextTargeted, numberOf } from '../people.ts';
import { type Attack, pump, type Target } from './attack.ts';
import { holdSilentConnections } from './silent-connections.ts';

const CONNECTIONS = 16;
const SILENT = 1500;

/** The one address that the stranger has. */
const HERE = '203.0.113.66';

/**
 * A stranger at the login pages of the honest: has codes sent to made-up numbers and to people he
 * knows of, and attempts by number. Beside that he calls the service itself, without any right, and
 * opens connections on which he stays silent.
 */
export const anonymous: Attack = {
  name: 'anonymous',
  async run(target, tally) {
    const { origin, seconds } = target;
    const caller = createCaller(origin, CONNECTIONS);
    const silence = holdSilentConnections(origin, SILENT);
    try {
      const pumping = { caller, connections: CONNECTIONS, seconds, tally };
      await pump(pumping, (index, elapsed) => draw(target, index, elapsed));
    } finally {
      silence.end();
      await caller.close();
    }
  },
};

function draw(target: Target, index: number, elapsed: number): Request {
  const { shopKeys, honestRate, knownEmails } = target;
  const shop = index % shopKeys.length;
  const page = { key: shopKeys[shop] ?? '', from: `192.0.2.${shop + 1}` };
  const otp = String(index % 1_000_000).padStart(6, '0');
  const now = Math.floor(elapsed * honestRate);
  const ask = (path: string, phoneNumber: string, attempt?: string): Request => ({
    ...page,
    path,
    body: { phoneNumber, clientIp: HERE, ...(attempt !== undefined && { otp: attempt }) },
  });
  const moves: readonly (() => Request)[] = [
    () => ask('/api/otp/send', numberOf('stranger', index)),
    () => ask('/api/otp/verify', numberOf('stranger', index - 8), otp),
    () => ask('/api/otp/verify', numberOf('honest', now + (index % 40)), otp),
    () => ask('/api/otp/send', numberOf('stranger', index)),
    () => ask('/api/otp/verify', numberOf('honest', nextTargeted(now, index % 2)), otp),
    () => ask('/api/otp/send', numberOf('honest', nextTargeted(now, index % 2))),
    () => ({
      path: '/api/otp/send',
      from: HERE,
      key: `wv_live_${String(index).padStart(43, 'x')}`,
      body: { phoneNumber: numberOf('stranger', index) },
    }),
    () => ({
      path: '/api/auth/login',
      from: HERE,
      body: { email: knownEmails[index % knownEmails.length], password: `wrong ${index} and long` },
    }),
  ];
  // Counted in rounds, not by the index alone: each move comes to each shop.
  const move = moves[Math.floor(index / shopKeys.length) % moves.length];
  return (move ?? (moves[0] as () => Request))();
}
