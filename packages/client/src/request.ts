import pRetry from 'p-retry';
import { readError, WaverifyError } from './errors.ts';

export type Settings = {
  /** Where Waverify is, such as `https://otp.example.com`. */
  readonly baseUrl: string;
  /** An API key, `wv_live_…` or `wv_test_…`. Keep it on your server. */
  readonly apiKey?: string | undefined;
  /** Or the access token of a user who is logged in. */
  readonly accessToken?: string | undefined;
  /** How long one attempt may take, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is sent again if that is safe. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
};

export type RequestOptions = {
  /** Ends the request, and all attempts to repeat it. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces the drawn key, so that your own repetition of a request has no second effect either. */
  readonly idempotencyKey?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** More headers, such as `Prefer`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

type Body = NonNullable<RequestInit['body']>;

export type Request = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  /** Whether it has no second effect when it is sent twice. */
  readonly isRepeatable: boolean;
  /** Whether the answer goes on for as long as the caller listens. */
  readonly isStream: boolean;
};

const TIMEOUT_MS = 30_000;
const MAX_RETRIES = 2;
const FIRST_PAUSE_MS = 300;
/** A longer `Retry-After` is left to the caller. */
const LONGEST_PAUSE_SECONDS = 10;

/** Statuses after which the same request may succeed in a moment. 429 is left to the caller: it may be a cooldown. */
const TRANSIENT: ReadonlySet<number | undefined> = new Set([undefined, 502, 503, 504]);

/** Sends a request, again if it failed in passing and can be repeated. @throws {WaverifyError} */
export function sendRequest(
  settings: Settings,
  request: Request,
  options: RequestOptions,
): Promise<Response> {
  const { signal, maxRetries = settings.maxRetries ?? MAX_RETRIES } = options;
  return pRetry(() => attempt(settings, request, options), {
    retries: request.isRepeatable ? maxRetries : 0,
    minTimeout: FIRST_PAUSE_MS,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => mayPass(error),
    async onFailedAttempt({ error, retriesLeft }) {
      if (retriesLeft > 0 && mayPass(error)) await pause(error, signal);
    },
  });
}

async function attempt(
  settings: Settings,
  request: Request,
  options: RequestOptions,
): Promise<Response> {
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? TIMEOUT_MS;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutMs);
  const signal = options.signal ? AbortSignal.any([timer.signal, options.signal]) : timer.signal;
  try {
    return await exchange(settings.fetch ?? fetch, request, signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof WaverifyError) throw error;
    const { origin } = request.url;
    if (timer.signal.aborted) {
      throw new WaverifyError('timeout', `${origin} did not answer within ${timeoutMs} ms`);
    }
    throw new WaverifyError('connection_failed', `${origin} cannot be reached`, { cause: error });
  } finally {
    clearTimeout(timeout);
  }
}

async function exchange(
  send: typeof fetch,
  { method, url, headers, body, isStream }: Request,
  signal: AbortSignal,
): Promise<Response> {
  const streamed = body instanceof ReadableStream ? { duplex: 'half' as const } : {};
  const sent = body === undefined ? {} : { body, ...streamed };
  const response = await send(url, { method, headers, redirect: 'manual', signal, ...sent });
  // 304 answers a caller's own `If-None-Match`.
  if (!response.ok && response.status !== 304) throw await readError(response);
  // The time limit is for the whole answer, unless it has no end of its own.
  return isStream ? response : readWhole(response);
}

async function readWhole(response: Response): Promise<Response> {
  const { status, headers } = response;
  const bytes = await response.arrayBuffer();
  return new Response(status === 204 || status === 304 ? null : bytes, { status, headers });
}

function mayPass(error: Error): boolean {
  if (!(error instanceof WaverifyError)) return false;
  const { status, retryAfterSeconds = 0 } = error;
  return TRANSIENT.has(status) && retryAfterSeconds <= LONGEST_PAUSE_SECONDS;
}

/** Waits as long as the service asked for. */
async function pause(error: Error, signal: AbortSignal | undefined): Promise<void> {
  const seconds = error instanceof WaverifyError ? (error.retryAfterSeconds ?? 0) : 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
