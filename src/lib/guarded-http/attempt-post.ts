import { orDeadline } from '../concurrency/deadline.ts';
import type { Clock } from '../time/clock.ts';
import { MOST_BODY_BYTES, readExcerpt } from './excerpt.ts';
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
import { readRetryAfter } from './retry-after.ts';

export type GuardedPost = {
  readonly url: string;
  /** Those of the caller, not of a customer: `host` would decide which certificate is expected. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What became of a request. Messages are safe to show to the customer. */
export type PostOutcome = PostResponse | Refusal | Failure;

type PostResponse = {
  readonly kind: 'response';
  /** Any status; redirects are not followed. */
  readonly status: number;
  /** What the server asked for by `Retry-After`, at most a day. */
  readonly retryAfterSeconds?: number;
  /** The first 1024 bytes of the body, as text without control characters. */
  readonly excerpt: string;
};

export type PostContext = TargetContext & { readonly now: Clock };

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
  const target = await resolveTarget(ctx, post.url, signal);
  return target.kind === 'resolved' ? exchange(ctx, target, { post, signal }) : target;
}

async function exchange(
  { connections, now }: PostContext,
  { url, addresses }: ResolvedTarget,
  { post, signal }: { readonly post: GuardedPost; readonly signal: AbortSignal },
): Promise<PostResponse | Failure> {
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
