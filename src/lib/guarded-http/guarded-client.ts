import type { Dispatcher } from 'undici';
import { createDeadline, orDeadline } from '../concurrency/deadline.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type AddressClass, createAddressPolicy } from './address-policy.ts';
import { MOST_BODY_BYTES, readExcerpt } from './excerpt.ts';
import { createHostResolver, type HostResolver } from './host-resolver.ts';
import { createPinnedPools } from './pinned-pools.ts';
import { failureOf, failureOfRequest, type RequestFailure } from './request-failure.ts';
import { readRetryAfter } from './retry-after.ts';
import { parseTargetUrl, type TargetUrl, UrlRefusedError } from './target-url.ts';

export type GuardedClientOptions = {
  /** Networks of the operator, such as `10.0.0.0/8` or `fd00::/8`, that customers may have us call too. */
  readonly allowedNetworks: readonly string[];
  readonly resolve?: HostResolver;
  /** PEM certificates of the authorities to trust instead of the public ones. */
  readonly ca?: string | undefined;
  readonly now?: Clock;
};

export type GuardedRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole attempt, with DNS, TLS and the start of the body. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};

/** What became of a request. Messages are safe to show to the customer. */
export type GuardedResult =
  | GuardedResponse
  /** Nothing was sent, since the URL or an address of its host is not permitted. */
  | { readonly kind: 'refused'; readonly message: string }
  | (RequestFailure & { readonly kind: 'failed'; readonly milliseconds: number });

export type GuardedResponse = {
  readonly kind: 'response';
  /** Any status; redirects are not followed. */
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** The first 1024 bytes of the body, as text without control characters. */
  readonly excerpt: string;
  readonly milliseconds: number;
};

export type GuardedClient = ReturnType<typeof createGuardedClient>;

const DEFAULT_TIMEOUT_MS = 15_000;

const NOT_PUBLIC = 'the host has an address that is not on the internet';
const NOT_ALLOWED =
  'the host has an address outside the allowed networks, which only https and port 443 or from 1024 on may reach';

/**
 * Creates an HTTP client for URLs that customers typed, which must not lead into our network. Each request resolves
 * the host, is refused if any of its addresses is not permitted, and connects to these addresses only. It follows no
 * redirects and uses no proxy, whatever the environment says.
 * @throws {RangeError} if an allowed network is not valid.
 */
export function createGuardedClient(options: GuardedClientOptions) {
  const { allowedNetworks, ca, now = systemClock } = options;
  const policy = createAddressPolicy(allowedNetworks);
  const { resolve = createHostResolver({ knowsLocalNames: policy.hasAllowedNetworks }) } = options;
  const pools = createPinnedPools({ ca });

  /** Runs one attempt. Aborting the signal ends it wherever it is. */
  async function attempt(request: GuardedRequest, signal: AbortSignal): Promise<Outcome> {
    const target = readTarget(request.url);
    if ('kind' in target) return target;
    const addresses = await findAddresses(target, signal);
    if ('kind' in addresses) return addresses;
    return send(request, { url: target.url, addresses: addresses.permitted, signal });
  }

  function readTarget(text: string): TargetUrl | Refusal {
    try {
      return parseTargetUrl(text, policy);
    } catch (error) {
      if (!(error instanceof UrlRefusedError)) throw error;
      return { kind: 'refused', message: `the URL ${error.message}` };
    }
  }

  async function findAddresses(
    target: TargetUrl,
    signal: AbortSignal,
  ): Promise<Found | Failed | Refusal> {
    const { hostname, isAddress, needsAllowedHost } = target;
    if (isAddress) return { permitted: [hostname] }; // It was checked with the URL.
    try {
      const permitted = await orDeadline(resolve(hostname, signal), signal);
      if (permitted.length === 0) return { kind: 'failed', ...failureOf('dns') };
      const fault = findFault(permitted.map(policy.classify), needsAllowedHost);
      return fault === undefined ? { permitted } : { kind: 'refused', message: fault };
    } catch (error) {
      if (signal.aborted) throw error;
      return { kind: 'failed', ...failureOf('dns', error) };
    }
  }

  async function send(
    { headers, body }: GuardedRequest,
    { url, addresses, signal }: Route,
  ): Promise<Outcome> {
    const pool = await pools.open(url.origin, addresses);
    let response: Dispatcher.ResponseData;
    try {
      response = await pool.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers,
        body,
        signal,
        highWaterMark: MOST_BODY_BYTES,
      });
    } catch (error) {
      if (signal.aborted || isMisuse(error)) throw error;
      return { kind: 'failed', ...failureOfRequest(error) };
    }
    const retryAfterSeconds = readRetryAfter(firstOf(response.headers['retry-after']), now());
    return {
      kind: 'response',
      status: response.statusCode,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      excerpt: await readExcerpt(response.body),
    };
  }

  return {
    /**
     * Checks a URL when a customer saves it, and returns it in its usual form. DNS is not asked, since its answer
     * may change: each request does that.
     * @throws {UrlRefusedError}
     */
    checkUrl: (text: string): string => parseTargetUrl(text, policy).url.href,

    /** Makes one POST request, once. */
    async post(request: GuardedRequest): Promise<GuardedResult> {
      const startedAt = performance.now();
      const outcome = await withinDeadline(request, (signal) => attempt(request, signal));
      if (outcome.kind === 'refused') return outcome;
      return { ...outcome, milliseconds: Math.round(performance.now() - startedAt) };
    },

    /** Ends all connections, and the requests on them. */
    close: pools.close,
  };
}

type Refusal = Extract<GuardedResult, { kind: 'refused' }>;
type Failed = RequestFailure & { readonly kind: 'failed' };
type Outcome = Omit<GuardedResponse, 'milliseconds'> | Refusal | Failed;
type Found = { readonly permitted: readonly string[] };
type Route = {
  readonly url: URL;
  readonly addresses: readonly string[];
  readonly signal: AbortSignal;
};

/** Runs `attempt` until the time is over or the caller gives up. */
async function withinDeadline(
  { signal: given, timeoutMs = DEFAULT_TIMEOUT_MS }: GuardedRequest,
  attempt: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const deadline = createDeadline(timeoutMs);
  const signal = given ? AbortSignal.any([given, deadline.signal]) : deadline.signal;
  try {
    signal.throwIfAborted();
    return await attempt(signal);
  } catch (error) {
    if (given?.aborted) return { kind: 'failed', ...failureOf('aborted') };
    if (deadline.signal.aborted) return { kind: 'failed', ...failureOf('timeout') };
    throw error;
  } finally {
    deadline.clear();
  }
}

function findFault(
  classes: readonly AddressClass[],
  needsAllowedHost: boolean,
): string | undefined {
  if (classes.includes('forbidden')) return NOT_PUBLIC;
  return needsAllowedHost && classes.includes('public') ? NOT_ALLOWED : undefined;
}

/** A mistake in our own call, such as a header that undici does not accept. */
function isMisuse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
