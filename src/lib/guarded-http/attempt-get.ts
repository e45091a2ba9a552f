import type { Dispatcher } from 'undici';
import { orDeadline } from '../concurrency/deadline.ts';
import { failureOfRequest } from './request-failure.ts';
import {
  type Failure,
  firstOf,
  isMisuse,
  type Refusal,
  type ResolvedTarget,
  resolveTarget,
  type TargetContext,
} from './resolve-target.ts';

export type GuardedGet<T> = {
  readonly url: string;
  /** A longer body is not read to its end. */
  readonly mostBytes: number;
  /** Reads the body of an answer with status 200. What it throws is thrown. */
  readonly read: (body: AsyncIterable<Uint8Array>, contentType: string | undefined) => Promise<T>;
};

/** What became of a request. Messages are safe to show to the customer. */
export type GetOutcome<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** The server answered with another status than 200. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'too_large' }
  | Refusal
  | Failure;

type Redirect = { readonly kind: 'redirect'; readonly location: string };

const MOST_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Ends reading a body; the outcome says why. */
class BodyFault extends Error {
  readonly outcome: { readonly kind: 'too_large' } | Failure;

  constructor(outcome: BodyFault['outcome'], cause?: unknown) {
    super(outcome.kind, { cause });
    this.outcome = outcome;
  }
}

/**
 * Fetches a URL that a customer typed. It follows up to three redirects, each of which is checked like the first URL.
 * @throws what aborted the signal, and what `read` throws.
 */
export async function attemptGet<T>(
  ctx: TargetContext,
  get: GuardedGet<T>,
  signal: AbortSignal,
): Promise<GetOutcome<T>> {
  let { url } = get;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const target = await resolveTarget(ctx, url, signal);
    if (target.kind !== 'resolved') return target;
    const outcome = await exchange(ctx, target, { get, signal });
    if (outcome.kind !== 'redirect') return outcome;
    if (!URL.canParse(outcome.location, target.url.href)) {
      return { kind: 'refused', message: 'the server redirects to something that is not a URL' };
    }
    url = new URL(outcome.location, target.url).href;
  }
  return { kind: 'refused', message: `the server redirects more than ${MOST_REDIRECTS} times` };
}

async function exchange<T>(
  { connections }: TargetContext,
  { url, addresses }: ResolvedTarget,
  { get, signal }: { readonly get: GuardedGet<T>; readonly signal: AbortSignal },
): Promise<GetOutcome<T> | Redirect> {
  const { client, destroy } = await connections.take(url.origin, addresses);
  try {
    // undici heeds the signal only once there is a connection.
    const response = await orDeadline(
      client.request({ method: 'GET', path: `${url.pathname}${url.search}`, signal }),
      signal,
    ).catch((error: unknown) => {
      if (signal.aborted || isMisuse(error)) throw error;
      throw new BodyFault({ kind: 'failed', ...failureOfRequest(error) }, error);
    });
    return await readResponse(response, get, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof BodyFault) return error.outcome;
    throw error;
  } finally {
    destroy();
  }
}

async function readResponse<T>(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { mostBytes, read }: GuardedGet<T>,
  signal: AbortSignal,
): Promise<GetOutcome<T> | Redirect> {
  body.on('error', () => {}); // Of the connection that is destroyed.
  const location = firstOf(headers['location']);
  if (REDIRECTS.has(statusCode) && location !== undefined) return { kind: 'redirect', location };
  if (statusCode !== 200) return { kind: 'status', status: statusCode };
  if (Number(headers['content-length'] ?? 0) > mostBytes) return { kind: 'too_large' };
  const contentType = firstOf(headers['content-type']);
  const bytes = limit(body, mostBytes);
  return { kind: 'read', value: await orDeadline(read(bytes, contentType), signal) };
}

async function* limit(body: AsyncIterable<unknown>, mostBytes: number): AsyncGenerator<Buffer> {
  let length = 0;
  try {
    for await (const chunk of body) {
      length += (chunk as Buffer).length;
      if (length > mostBytes) throw new BodyFault({ kind: 'too_large' });
      yield chunk as Buffer;
    }
  } catch (error) {
    if (error instanceof BodyFault) throw error;
    throw new BodyFault({ kind: 'failed', ...failureOfRequest(error) }, error);
  }
}
