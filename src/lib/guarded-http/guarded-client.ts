import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from '../time/clock.ts';
import { createAddressPolicy } from './address-policy.ts';
import { attemptGet, type GetOutcome, type GuardedGet } from './attempt-get.ts';
import {
  attemptPost,
  type GuardedPost,
  type PostContext,
  type PostOutcome,
} from './attempt-post.ts';
import { createHostResolver, type HostResolver } from './host-resolver.ts';
import { createPinnedConnections } from './pinned-connections.ts';
import { failureOf } from './request-failure.ts';
import type { Failure, Refusal } from './resolve-target.ts';
import { parseTargetUrl } from './target-url.ts';

type GuardedClientOptions = {
  /** Networks of the operator, such as `10.0.0.0/8` or `fd00::/8`, that customers may have us call too. */
  readonly allowedNetworks: readonly string[];
  /** The name of the setting that lists them, for messages. */
  readonly setting?: string;
  readonly resolve?: HostResolver;
  /** PEM certificates of the authorities to trust instead of the public ones. */
  readonly ca?: string | undefined;
  readonly now?: Clock;
};

type Patience = {
  /** For the whole attempt: DNS, connection, TLS, response. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};

export type GuardedRequest = GuardedPost & Patience;

export type GuardedResult =
  | Refusal
  | (Exclude<PostOutcome, Refusal> & { readonly milliseconds: number });

export type GuardedClient = ReturnType<typeof createGuardedClient>;

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Creates an HTTP client for URLs that customers typed, which must not lead into our network. Each request resolves
 * the host, is refused if any of its addresses is not permitted, and connects to these addresses only. It uses no proxy,
 * whatever the environment says.
 * @throws {RangeError} if an allowed network is not valid.
 */
export function createGuardedClient({
  allowedNetworks,
  setting,
  resolve,
  ca,
  now = systemClock,
}: GuardedClientOptions) {
  const policy = createAddressPolicy(allowedNetworks, setting);
  const connections = createPinnedConnections({ ca });
  const ctx: PostContext = {
    policy,
    resolve: resolve ?? createHostResolver({ knowsLocalNames: policy.hasAllowedNetworks }),
    connections,
    now,
  };

  return {
    /**
     * Checks a URL when a customer saves it, and returns it in its usual form. DNS is not asked, since its answer
     * may change: each request does that.
     * @throws {UrlRefusedError}
     */
    checkUrl: (text: string): string => parseTargetUrl(text, policy).url.href,

    /** Makes one POST request, once. It follows no redirects. */
    async post(request: GuardedRequest): Promise<GuardedResult> {
      const startedAt = performance.now();
      const outcome = await inTime(request, (signal) => attemptPost(ctx, request, signal));
      if (outcome.kind === 'refused') return outcome;
      return { ...outcome, milliseconds: Math.round(performance.now() - startedAt) };
    },

    /** Fetches a file, and up to three redirects on the way to it. The time is also for reading the body. */
    get: <T>(request: GuardedGet<T> & Patience): Promise<GetOutcome<T>> =>
      inTime(request, (signal) => attemptGet(ctx, request, signal)),

    /** Ends all connections, and the requests on them. */
    close: connections.close,
  };
}

/** Runs an attempt until the time is over or the caller gives up. */
async function inTime<T>(
  { signal: given, timeoutMs = DEFAULT_TIMEOUT_MS }: Patience,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T | Failure> {
  // Not `AbortSignal.any`, which leaks memory if a signal lives as long as the process.
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, timeoutMs);
  if (given) setMaxListeners(0, given); // It may stop many requests.
  given?.addEventListener('abort', stop);
  if (given?.aborted) stop(); // An aborted signal does not call new listeners.
  try {
    controller.signal.throwIfAborted();
    return await attempt(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    return { kind: 'failed', ...failureOf(given?.aborted ? 'aborted' : 'timeout') };
  } finally {
    clearTimeout(timer);
    given?.removeEventListener('abort', stop);
  }
}
