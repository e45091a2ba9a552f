import { isIPv4 } from 'node:net';
import type { AddressClass, AddressPolicy } from './address-policy.ts';
import { isPermittedPort, portOf } from './refused-ports.ts';

/** What is wrong with a URL, for programs. */
export type UrlFault = 'too_long' | 'invalid_format' | 'invalid_value';

/** A URL that the service does not call. The message says how to fix it and follows the name of a field. */
export class UrlRefusedError extends Error {
  override readonly name = 'UrlRefusedError';
  readonly code: UrlFault;

  constructor(code: UrlFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** A URL that may be called if all addresses of its host are permitted. */
export type TargetUrl = {
  readonly url: URL;
  /** Without the brackets of IPv6. */
  readonly hostname: string;
  readonly isAddress: boolean;
  /** `http:` or port 80: only addresses in an allowed network may be called. */
  readonly needsAllowedHost: boolean;
};

const LONGEST_URL = 2048;
const LONGEST_HOST = 253;

/** Labels as hosts have them; an underscore is not allowed there, but used. */
const HOST_NAME =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Names that always mean this machine (RFC 6761). */
const LOOPBACK_NAME = /(?:^|\.)localhost$/;

/** Names that a private network resolves, and no public one. A name without a dot is one too. */
const PRIVATE_NAME =
  /^[^.]+$|\.(?:internal|local|localdomain|lan|intranet|private|corp|home|home\.arpa)$/;

/** Where clouds give out credentials. No operator has a reason to allow them. */
const METADATA_NAME =
  /^(?:metadata|metadata\.goog|instance-data|(?:metadata|instance-data)\..*internal)$/;

const UNREACHABLE =
  'must have a host on the public internet, or in a network that the operator allows with';

/**
 * Parses a URL that a customer typed, and refuses what can be refused without asking DNS:
 *
 * - anything but `https:`. `http:` and port 80 are for hosts in allowed networks: an address must be in one. A name is
 *   refused if there are no allowed networks, and otherwise when it is called, unless all its addresses are in them.
 * - other ports that `isPermittedPort` refuses.
 * - a user name, password or fragment, and more than 2048 characters.
 * - addresses that the policy forbids, in every spelling: the URL parser turns decimal, octal, hexadecimal and short
 *   forms, full-width digits and percent-encoding into the usual one.
 * - `localhost` and names below it, unless loopback is allowed; names of private networks if there are no allowed
 *   networks; the names of cloud metadata services, always.
 * @throws {UrlRefusedError}
 */
export function parseTargetUrl(text: string, policy: AddressPolicy): TargetUrl {
  const url = parseUrl(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('must begin with https://');
  if (url.username !== '' || url.password !== '')
    refuse('must not have a user name or password; put a secret into its path');
  if (url.href.includes('#')) refuse('must not have a fragment (#)');
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isAddress = isIPv4(hostname) || hostname.includes(':');
  const hostClass = isAddress ? policy.classify(hostname) : classifyName(hostname, policy);
  if (hostClass === 'forbidden') refuse(`${UNREACHABLE} ${policy.setting}`);
  checkScheme(url, hostClass);
  const port = portOf(url);
  if (!isPermittedPort(port, { isAllowedHost: hostClass === 'allowed' }))
    refuse(
      `must not use port ${port}; use 443, or a port from 1024 upwards that no well-known service uses`,
    );
  return { url, hostname, isAddress, needsAllowedHost: url.protocol === 'http:' || port === 80 };
}

/** @throws {UrlRefusedError} */
function parseUrl(text: string): URL {
  if (text.length > LONGEST_URL) throw new UrlRefusedError('too_long', TOO_LONG);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UrlRefusedError('invalid_format', NO_URL);
  // The dot that ends an absolute name is no part of it in certificates.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  // Percent-encoding makes a URL longer.
  if (url.href.length > LONGEST_URL) throw new UrlRefusedError('too_long', TOO_LONG);
  return url;
}

const TOO_LONG = `must have at most ${LONGEST_URL} characters`;
const NO_URL = 'must be a URL, such as https://example.com/webhooks';

function checkScheme({ protocol }: URL, hostClass: AddressClass): void {
  if (protocol === 'http:' && hostClass !== 'allowed') refuse('must begin with https://');
}

/** `allowed`: it depends on its addresses, which are known when it is called. */
function classifyName(hostname: string, policy: AddressPolicy): AddressClass {
  if (hostname.length > LONGEST_HOST || !HOST_NAME.test(hostname))
    refuse('must have a valid host name');
  if (METADATA_NAME.test(hostname)) return 'forbidden';
  if (LOOPBACK_NAME.test(hostname)) {
    const classes = ['127.0.0.1', '::1'].map(policy.classify);
    return classes.includes('allowed') ? 'allowed' : 'forbidden';
  }
  if (policy.hasAllowedNetworks) return 'allowed';
  return PRIVATE_NAME.test(hostname) ? 'forbidden' : 'public';
}

function refuse(message: string): never {
  throw new UrlRefusedError('invalid_value', message);
}
