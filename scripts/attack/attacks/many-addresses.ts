import { createCaller, type Request } from '../caller.ts';
import { networkAddress, networkAddressV6, numberOf } from '../people.ts';
import { type Attack, pump, type Target } from './attack.ts';

const CONNECTIONS = 32;
const ADDRESSES = 10_000;

/** The same code for many numbers: limits per number do not notice that. */
const SPRAYED_CODE = '123456';

/** Ten thousand addresses, each with few requests, to the login pages and to the service itself. */
export const manyAddresses: Attack = {
  name: 'many-addresses',
  async run(target, tally) {
    const { origin, seconds } = target;
    const caller = createCaller(origin, CONNECTIONS);
    try {
      const pumping = { caller, connections: CONNECTIONS, seconds, tally };
      await pump(pumping, (index, elapsed) => draw(target, index, elapsed));
    } finally {
      await caller.close();
    }
  },
};

function draw(target: Target, index: number, elapsed: number): Request {
  const { shopKeys, honestRate, knownEmails } = target;
  const address = index % ADDRESSES;
  if (index % 4 === 3) {
    const isKnown = index % 8 === 3;
    const email = isKnown
      ? knownEmails[(index >> 3) % knownEmails.length]
      : `unknown${index}@example.com`;
    const body = { email, password: `wrong ${index} and long` };
    return { path: '/api/auth/login', from: networkAddressV6(address), body };
  }
  const shop = (index >> 2) % shopKeys.length;
  const now = Math.floor(elapsed * honestRate);
  const isMadeUp = index % 4 === 0;
  const phoneNumber = isMadeUp
    ? numberOf('network', index)
    : numberOf('honest', Math.max(0, now - 20 + (index % 100)));
  return {
    path: '/api/otp/verify',
    key: shopKeys[shop] ?? '',
    from: `192.0.2.${shop + 1}`,
    body: { phoneNumber, otp: SPRAYED_CODE, clientIp: networkAddress(address) },
  };
}
