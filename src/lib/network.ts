import ipaddr from 'ipaddr.js';

/**
 * Who calls over IPv6 is known by the /64 that one customer is given (see the address that requests
 * carry), so that nothing narrower can be told apart.
 */
const MOST_IPV6_BITS = 64;

/**
 * An address in the one spelling that a client is known by: IPv4, also when it is mapped into IPv6,
 * or the /64 network of an IPv6 address. Undefined for a text that is no address.
 */
export function toClientAddress(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${MOST_IPV6_BITS}`);
  return `${network}/${MOST_IPV6_BITS}`;
}

/**
 * The address in a text as proxies and servers write it: plain, quoted, with a port, IPv6 also in brackets,
 * with blanks around. Undefined when it is none.
 */
export function readAddress(written: string): string | undefined {
  const entry = written.trim();
  const [, quoted = entry] = /^"(.*)"$/.exec(entry) ?? [];
  const text = quoted.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return readIpv6(bracketed);
  const [, host = text] = /^([^:]*):\d{1,5}$/.exec(text) ?? [];
  // The parser also takes octal, hexadecimal and short forms, which programs read differently.
  return ipaddr.IPv4.isValidFourPartDecimal(host) ? host : readIpv6(text);
}

function readIpv6(text: string): string | undefined {
  // A zone names an interface of somebody else's machine.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text).toString();
}

/** A network in its one spelling, or why a text is none. */
export type ReadNetwork = { readonly network: string } | { readonly fault: string };

/** Reads a network (`10.0.0.0/8`) or a single IPv4 address; bits behind the prefix are cleared. */
export function readNetwork(text: string): ReadNetwork {
  const cidr = text.includes('/') || text.includes(':') ? text : `${text}/32`;
  // The parser also takes octal and short forms of IPv4, which people and programs read differently.
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) {
    const [, bits] = ipaddr.IPv4.parseCIDR(cidr);
    return { network: `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${bits}` };
  }
  if (text.includes('%')) return { fault: NO_NETWORK };
  if (ipaddr.IPv6.isValid(text)) return { fault: TOO_NARROW };
  if (!ipaddr.IPv6.isValidCIDR(text)) return { fault: NO_NETWORK };
  const [, bits] = ipaddr.IPv6.parseCIDR(text);
  if (bits > MOST_IPV6_BITS) return { fault: TOO_NARROW };
  return { network: `${ipaddr.IPv6.networkAddressFromCIDR(text)}/${bits}` };
}

const NO_NETWORK =
  'must be a network or an IPv4 address, such as 192.0.2.0/24, 192.0.2.7 or 2001:db8::/48';
const TOO_NARROW =
  'clients of IPv6 are known by their /64: give a prefix of at most 64 bits, such as 2001:db8:1:2::/64';

/** Makes a test of whether an address, or a whole network, lies in one of `networks`. */
export function toNetworkMatcher(networks: readonly string[]): (inner: string) => boolean {
  const outers = networks.map(parse);
  return (inner) => {
    const [address, bits] = parse(inner);
    return outers.some(
      ([base, prefix]) =>
        address.kind() === base.kind() && bits >= prefix && address.match(base, prefix),
    );
  };
}

function parse(network: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  return ipaddr.parseCIDR(network.includes('/') ? network : `${network}/32`);
}
