import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { toNetworkMatcher } from '../network.ts';

/** `allowed`: in a network of the operator. `forbidden`: neither that nor public. */
export type AddressClass = 'public' | 'allowed' | 'forbidden';

/** Which addresses the service connects to on behalf of customers. */
export type AddressPolicy = {
  /** Whether the operator allows any network. If not, only public addresses can be reached. */
  readonly hasAllowedNetworks: boolean;
  /** The name of the setting that lists the allowed networks. */
  readonly setting: string;
  classify(address: string): AddressClass;
};

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [base: ipaddr.IPv6, bits: number];

/** What is assigned to the internet. IPv4-compatible and translated addresses, for example, are outside. */
const GLOBAL_IPV6: Network = [ipaddr.IPv6.parse('2000::'), 3];

/** A NAT64 gateway connects to the IPv4 address in the last 32 bits (RFC 6052). */
const NAT64: Network = [ipaddr.IPv6.parse('64:ff9b::'), 96];

/** Public as to its number, but inside every virtual machine of Azure its host: DNS, health and metadata. */
const HOST_SERVICES = new Set(['168.63.129.16']);

/**
 * Creates the policy that permits public addresses and `allowedNetworks`, such as `10.0.0.0/8` or `::1/128`.
 *
 * An IPv4-mapped address is classified as the IPv4 address that it stands for. Behind DNS64, allow `64:ff9b::/96`:
 * such an address is then classified as the IPv4 address in it. The prefix of another NAT64 cannot be recognised.
 * @throws {RangeError} if a network is not valid.
 */
export function createAddressPolicy(
  allowedNetworks: readonly string[],
  setting = 'WEBHOOK_ALLOWED_NETWORKS',
): AddressPolicy {
  const isInAllowed = toNetworkMatcher(allowedNetworks.map(toNetwork));
  const isAllowed = (address: Address) => isInAllowed(toSingleNetwork(address));

  function classifyAddress(address: Address): AddressClass {
    if (isNat64(address)) {
      return isAllowed(address) ? classifyAddress(embeddedIn(address)) : 'forbidden';
    }
    if (isAllowed(address)) return 'allowed';
    return isPublic(address) ? 'public' : 'forbidden';
  }

  function classify(text: string): AddressClass {
    // A zone names an interface of this machine.
    const isAddress = isIP(text) !== 0 && !text.includes('%');
    return isAddress ? classifyAddress(ipaddr.process(text)) : 'forbidden';
  }

  return { hasAllowedNetworks: allowedNetworks.length > 0, setting, classify };
}

function isNat64(address: Address): boolean {
  return address instanceof ipaddr.IPv6 && address.match(...NAT64);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || HOST_SERVICES.has(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(...GLOBAL_IPV6);
}

/** The IPv4 address in the last 32 bits. */
function embeddedIn(address: Address): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}

function toSingleNetwork(address: Address): string {
  return `${address.toString()}/${address.kind() === 'ipv4' ? 32 : 128}`;
}

/** @throws {RangeError} */
function toNetwork(text: string): string {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return `${text}/32`;
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return text;
  if (!text.includes('%') && ipaddr.IPv6.isValid(text)) return `${text}/128`;
  if (!text.includes('%') && ipaddr.IPv6.isValidCIDR(text)) return text;
  throw new RangeError(`${JSON.stringify(text)} is not a network, such as 10.0.0.0/8 or fd00::/8`);
}
