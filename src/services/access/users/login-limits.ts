import ipaddr from 'ipaddr.js';
import { KNOWN_NETWORK_SECONDS } from '../../../domain/access/permissions.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import { digestOf, type SecretKey } from '../../../lib/crypto/secrets.ts';
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import type { LoginNetworkStore } from '../../../storage/access/login-network-store.ts';
import type { Limits } from '../../limits/limits.ts';

type Dependencies = {
  readonly limits: Limits;
  readonly loginNetworks: Pick<LoginNetworkStore, 'isKnown'>;
  readonly secretKey: SecretKey;
  readonly now: Clock;
};

export type LoginLimits = ReturnType<typeof createLoginLimits>;

/** The limits that a login attempt counts on. */
export function createLoginLimits({ limits, loginNetworks, secretKey, now }: Dependencies) {
  const addressKey = secretKey.derive('login-address');
  const networkKey = secretKey.derive('login-network');

  const hashNetwork = (email: string, ipAddress: string) =>
    digestOf(`${email}|${networkOf(ipAddress)}`, networkKey);

  /**
   * Wrong passwords for an email address, whether or not a user has it. A network from which its user
   * logged in recently has a counter of its own. All other networks share one, so that attackers
   * cannot lock the user out.
   */
  function failuresOf(email: string, knownNetwork: string | undefined): RateLimitHit[] {
    const user = digestOf(email, addressKey);
    const subject = knownNetwork === undefined ? user : `${user}|${knownNetwork}`;
    return [
      { limit: limits.loginFailuresPerUserHour, subject },
      { limit: limits.loginFailuresPerUserDay, subject },
    ];
  }

  async function findKnown(email: string, ipAddress: string): Promise<string | undefined> {
    const hash = hashNetwork(email, ipAddress);
    const since = addSeconds(now(), -KNOWN_NETWORK_SECONDS);
    return (await loginNetworks.isKnown(hash, since)) ? hash : undefined;
  }

  /** For a login. Unknown networks are also counted by their wider networks, and all together. */
  async function ofLogin(email: string, ipAddress: string): Promise<RateLimitHit[]> {
    const known = await findKnown(email, ipAddress);
    const perAddress = { limit: limits.loginsPerIpMinute, subject: ipAddress };
    const ofUser = failuresOf(email, known);
    if (known !== undefined) return [perAddress, ...ofUser];
    const together = { limit: limits.loginsFromNewNetworksMinute, subject: '' };
    return [perAddress, ...widerThan(ipAddress), together, ...ofUser];
  }

  function widerThan(ipAddress: string): RateLimitHit[] {
    if (!ipAddress.includes(':')) return [];
    return [
      { limit: limits.loginsPer56Minute, subject: widen(ipAddress, 56) },
      { limit: limits.loginsPer48Minute, subject: widen(ipAddress, 48) },
    ];
  }

  /** For a user who is logged in and enters the password again. */
  async function ofPassword(email: string, ipAddress: string): Promise<RateLimitHit[]> {
    return failuresOf(email, await findKnown(email, ipAddress));
  }

  return { hashNetwork, ofLogin, ofPassword };
}

/** The network that a household or office is likely to keep while its addresses change. */
function networkOf(ipAddress: string): string {
  return widen(ipAddress, ipAddress.includes(':') ? 48 : 24);
}

function widen(ipAddress: string, bits: number): string {
  const [address = ''] = ipAddress.split('/', 1);
  const cidr = `${address}/${bits}`;
  const { IPv4, IPv6 } = ipaddr;
  const base = address.includes(':')
    ? IPv6.networkAddressFromCIDR(cidr)
    : IPv4.networkAddressFromCIDR(cidr);
  return `${base}/${bits}`;
}
