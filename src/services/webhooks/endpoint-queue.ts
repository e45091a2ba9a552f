import PQueue from 'p-queue';
import { randomId } from '../../lib/crypto/secrets.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { ClaimedPush } from '../../storage/webhooks/webhook-delivery-store.ts';
import type { KnownEndpoints } from './known-endpoints.ts';
import { type PushContext, pushEvent } from './push-event.ts';

/** How many pushes to one endpoint run at once on this node, and to one that is failing. */
const AT_ONCE = 8;
const AT_ONCE_IF_FAILING = 1;

/** Longer than a batch, of twice as many, takes at an endpoint that answers none of them. */
const CLAIM_SECONDS = 60;

/** A push is not begun so late that another node could take it while it runs. */
const LATEST_BEGIN_SECONDS = 40;

export type EndpointQueue = ReturnType<typeof createEndpointQueue>;

type Options = {
  readonly webhookId: string;
  readonly find: KnownEndpoints['find'];
  /** Whether nothing more is begun, because the node stops. */
  readonly isClosing: () => boolean;
  /** Ends what is still running. */
  readonly signal: AbortSignal;
};

/** Pushes what is due to one endpoint, a few at a time. */
export function createEndpointQueue(
  ctx: PushContext,
  { webhookId, find, isClosing, signal }: Options,
) {
  const queue = new PQueue();
  const claims = new Set<string>();
  let filling: Promise<void> | undefined;

  /** Claims what is due, until nothing is, or the queue has enough. */
  function fill(): Promise<void> {
    filling ??= claimAll().finally(() => {
      filling = undefined;
    });
    return filling;
  }

  async function claimAll(): Promise<void> {
    let hasMore = true;
    while (hasMore && queue.size < queue.concurrency && !isClosing()) hasMore = await claimBatch();
  }

  /** Returns whether more may be due. */
  async function claimBatch(): Promise<boolean> {
    const now = ctx.now();
    const claim = randomId(24);
    const isFailing = (find(webhookId)?.failures ?? 0) > 0;
    queue.concurrency = isFailing ? AT_ONCE_IF_FAILING : AT_ONCE;
    const most = 2 * queue.concurrency;
    const until = addSeconds(now, CLAIM_SECONDS);
    const batch = await ctx.pushes.claim(webhookId, { claim, until }, now, most);
    if (batch.length > 0) claims.add(claim);
    let open = batch.length;
    const hasMore = batch.length === most;
    const onEnd = () => {
      open -= 1;
      if (open === 0) claims.delete(claim);
      // The next batch is claimed before this one is done.
      if (hasMore && queue.size < queue.concurrency) fill().catch(logFault);
    };
    const latest = addSeconds(now, LATEST_BEGIN_SECONDS);
    for (const push of batch) void queue.add(() => run(push, latest).finally(onEnd));
    return hasMore;
  }

  async function run(push: ClaimedPush, latest: Date): Promise<void> {
    const endpoint = find(webhookId);
    // What is not begun becomes due again when the claim ends.
    if (!endpoint?.isActive || ctx.now() > latest || isClosing()) return;
    await pushEvent(ctx, endpoint, push, signal).catch(logFault);
  }

  function logFault(err: unknown): void {
    ctx.logger.error({ err, webhookId }, 'a webhook delivery failed; it is tried again');
  }

  return {
    fill,
    isIdle: () => filling === undefined && queue.size + queue.pending === 0,
    /** Drops what is not begun, and waits for what is. */
    async end(): Promise<void> {
      await filling;
      queue.clear();
      await queue.onIdle();
    },
    /** The claims of which something is not pushed yet. */
    claims: (): readonly string[] => [...claims],
  };
}
