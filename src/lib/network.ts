import ipaddr from 'ipaddr.js';

/**
 * IPv6 clients are identified by their /64, the smallest network that one customer gets, so narrower
 * networks cannot be distinguished.
 */
const MOST_IPV6_BITS = 64;

/**
 * The canonical form that identifies a client: IPv4, also if mapped into IPv6, or the /64 network of an
 * IPv6 address. Undefined if `text` is not an address.
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
 * Parses an address as proxies and servers write it: plain, quoted, with a port, IPv6 also in brackets,
 * with surrounding blanks. Undefined if it is not an address.
 */
export function readAddress(written: string): string | undefined {
  const entry = written.trim();
  const [, quoted = entry] = /^"(.*)"$/.exec(entry) ?? [];
  const text = quoted.trim();
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return readIpv6(bracketed);
  const [, host = text] = /^([^:]*):\d{1,5}$/.exec(text) ?? [];
  // The parser also accepts octal, hexadecimal and short forms, which programs interpret differently.
  return ipaddr.IPv4.isValidFourPartDecimal(host) ? host : readIpv6(text);
}

function readIpv6(text: string): string | undefined {
  // A zone names a network interface of another machine.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.process(text).toString();
}

/** A network in canonical form, or why a text is not a network. */
export type ReadNetwork = { readonly network: string } | { readonly fault: string };

/** Parses a network (`10.0.0.0/8`) or a single IPv4 address; bits after the prefix are cleared. */
export function readNetwork(text: string): ReadNetwork {
  const cidr = text.includes('/') || text.includes(':') ? text : `${text}/32`;
  // The parser also accepts octal and short forms of IPv4, which people and programs interpret differently.
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
  'IPv6 clients are identified by their /64: use a prefix of /64 or shorter, such as 2001:db8:1:2::/64';

/** Returns a function that tests whether an address or a network lies within one of `networks`. */
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
