import { createCaller, type Request } from '../caller.ts';
import { nextTargeted, numberOf } from '../people.ts';
import { type Attack, pump, type Target } from './attack.ts';
import { holdSilentConnections } from './silent-connections.ts';

const CONNECTIONS = 16;
const SILENT = 1500;

/** The only address of the attacker. */
const ATTACKER_ADDRESS = '203.0.113.66';

/**
 * An attacker without credentials on the login pages of honest customers: requests codes for random and for
 * known numbers, and makes attempts by number. It also calls the service directly without a valid key, and
 * opens idle connections.
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
    body: {
      phoneNumber,
      clientIp: ATTACKER_ADDRESS,
      ...(attempt !== undefined && { otp: attempt }),
    },
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
      from: ATTACKER_ADDRESS,
      key: `wv_live_${String(index).padStart(43, 'x')}`,
      body: { phoneNumber: numberOf('stranger', index) },
    }),
    () => ({
      path: '/api/auth/login',
      from: ATTACKER_ADDRESS,
      body: { email: knownEmails[index % knownEmails.length], password: `wrong ${index} and long` },
    }),
  ];
  // Counted in rounds, so that every move is made on every shop.
  const move = moves[Math.floor(index / shopKeys.length) % moves.length];
  return (move ?? (moves[0] as () => Request))();
}
