import { orDeadline } from '../concurrency/deadline.ts';
import type { AddressClass, AddressPolicy } from './address-policy.ts';
import type { HostResolver } from './host-resolver.ts';
import type { PinnedConnections } from './pinned-connections.ts';
import { failureOf, type RequestFailure } from './request-failure.ts';
import { parseTargetUrl, type TargetUrl, UrlRefusedError } from './target-url.ts';

export type TargetContext = {
  readonly policy: AddressPolicy;
  readonly resolve: HostResolver;
  readonly connections: PinnedConnections;
};

/** Nothing was sent, since the URL or an address of its host is not permitted. */
export type Refusal = { readonly kind: 'refused'; readonly message: string };

export type Failure = RequestFailure & { readonly kind: 'failed' };

/** A URL that may be called, and all addresses of its host. */
export type ResolvedTarget = {
  readonly kind: 'resolved';
  readonly url: URL;
  readonly addresses: readonly string[];
};

const NOT_PUBLIC = 'the host has an address that is not on the internet';
const NOT_ALLOWED =
  'the host has an address outside the allowed networks, which http and port 80 cannot reach; use https';

/**
 * Checks a URL that a customer typed, resolves its host and checks all addresses.
 * @throws what aborted the signal.
 */
export async function resolveTarget(
  ctx: TargetContext,
  url: string,
  signal: AbortSignal,
): Promise<ResolvedTarget | Refusal | Failure> {
  const target = readTarget(ctx, url);
  return 'kind' in target ? target : findAddresses(ctx, target, signal);
}

/** Again, because the allowed networks may have changed since the URL was saved. */
function readTarget({ policy }: TargetContext, url: string): TargetUrl | Refusal {
  try {
    return parseTargetUrl(url, policy);
  } catch (error) {
    if (!(error instanceof UrlRefusedError)) throw error;
    return { kind: 'refused', message: `the URL ${error.message}` };
  }
}

async function findAddresses(
  { policy, resolve }: TargetContext,
  { url, hostname, isAddress, needsAllowedHost }: TargetUrl,
  signal: AbortSignal,
): Promise<ResolvedTarget | Refusal | Failure> {
  if (isAddress) return { kind: 'resolved', url, addresses: [hostname] }; // It was checked with the URL.
  try {
    const addresses = await orDeadline(resolve(hostname, signal), signal);
    if (addresses.length === 0) return { kind: 'failed', ...failureOf('dns') };
    const message = findFault(addresses.map(policy.classify), needsAllowedHost);
    return message === undefined
      ? { kind: 'resolved', url, addresses }
      : { kind: 'refused', message };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'failed', ...failureOf('dns', error) };
  }
}

/** One forbidden address is enough: the host could be reached by any of them. */
function findFault(classes: readonly AddressClass[], needsAllowedHost: boolean) {
  if (classes.includes('forbidden')) return NOT_PUBLIC;
  return needsAllowedHost && classes.includes('public') ? NOT_ALLOWED : undefined;
}

/** A mistake in our own call, such as a header that undici does not accept. */
export function isMisuse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
}

/** The first value of a header that may be repeated. */
export function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
