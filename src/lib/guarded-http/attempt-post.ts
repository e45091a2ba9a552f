import { orDeadline } from '../concurrency/deadline.ts';
import type { Clock } from '../time/clock.ts';
import type { AddressClass, AddressPolicy } from './address-policy.ts';
import { MOST_BODY_BYTES, readExcerpt } from './excerpt.ts';
import type { HostResolver } from './host-resolver.ts';
import type { PinnedConnections } from './pinned-connections.ts';
import { failureOf, failureOfRequest, type RequestFailure } from './request-failure.ts';
import { readRetryAfter } from './retry-after.ts';
import { parseTargetUrl, type TargetUrl, UrlRefusedError } from './target-url.ts';

export type GuardedPost = {
  readonly url: string;
  /** Those of the caller, not of a customer: `host` would decide which certificate is expected. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What became of a request. Messages are safe to show to the customer. */
export type PostOutcome = PostResponse | PostRefusal | PostFailure;

type PostResponse = {
  readonly kind: 'response';
  /** Any status; redirects are not followed. */
  readonly status: number;
  /** What the server asked for by `Retry-After`, at most a day. */
  readonly retryAfterSeconds?: number;
  /** The first 1024 bytes of the body, as text without control characters. */
  readonly excerpt: string;
};

/** Nothing was sent, since the URL or an address of its host is not permitted. */
export type PostRefusal = { readonly kind: 'refused'; readonly message: string };

type PostFailure = RequestFailure & { readonly kind: 'failed' };

export type PostContext = {
  readonly policy: AddressPolicy;
  readonly resolve: HostResolver;
  readonly connections: PinnedConnections;
  readonly now: Clock;
};

const NOT_PUBLIC = 'the host has an address that is not on the internet';
const NOT_ALLOWED =
  'the host has an address outside the allowed networks, which http and port 80 cannot reach; use https';

/**
 * Makes one request to a URL that a customer typed: checks it, resolves its host, checks all addresses, and connects
 * to one of these.
 * @throws what aborted the signal.
 */
export async function attemptPost(
  ctx: PostContext,
  post: GuardedPost,
  signal: AbortSignal,
): Promise<PostOutcome> {
  const target = readTarget(ctx, post.url);
  if ('kind' in target) return target;
  const found = await findAddresses(ctx, target, signal);
  if ('kind' in found) return found;
  return exchange(ctx, { post, url: target.url, addresses: found.addresses, signal });
}

/** Again, because the allowed networks may have changed since the URL was saved. */
function readTarget({ policy }: PostContext, url: string): TargetUrl | PostRefusal {
  try {
    return parseTargetUrl(url, policy);
  } catch (error) {
    if (!(error instanceof UrlRefusedError)) throw error;
    return { kind: 'refused', message: `the URL ${error.message}` };
  }
}

type Found = { readonly addresses: readonly string[] };

async function findAddresses(
  { policy, resolve }: PostContext,
  { hostname, isAddress, needsAllowedHost }: TargetUrl,
  signal: AbortSignal,
): Promise<Found | PostRefusal | PostFailure> {
  if (isAddress) return { addresses: [hostname] }; // It was checked with the URL.
  try {
    const addresses = await orDeadline(resolve(hostname, signal), signal);
    if (addresses.length === 0) return { kind: 'failed', ...failureOf('dns') };
    const message = findFault(addresses.map(policy.classify), needsAllowedHost);
    return message === undefined ? { addresses } : { kind: 'refused', message };
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

type Exchange = Found & {
  readonly post: GuardedPost;
  readonly url: URL;
  readonly signal: AbortSignal;
};

async function exchange(
  { connections, now }: PostContext,
  { post, url, addresses, signal }: Exchange,
): Promise<PostResponse | PostFailure> {
  const { client, keep, destroy } = await connections.take(url.origin, addresses);
  let release = destroy;
  try {
    // undici heeds the signal only once there is a connection.
    const { statusCode, headers, body } = await orDeadline(
      client.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: { ...post.headers },
        body: post.body,
        signal,
        highWaterMark: MOST_BODY_BYTES,
      }),
      signal,
    );
    const excerpt = await readExcerpt(body);
    if (body.readableEnded) release = keep;
    const retryAfterSeconds = readRetryAfter(firstOf(headers['retry-after']), now());
    return {
      kind: 'response',
      status: statusCode,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      excerpt,
    };
  } catch (error) {
    if (signal.aborted || isMisuse(error)) throw error;
    return { kind: 'failed', ...failureOfRequest(error) };
  } finally {
    release();
  }
}

/** A mistake in our own call, such as a header that undici does not accept. */
function isMisuse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
