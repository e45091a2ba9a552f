import PQueue from 'p-queue';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { ClaimedPush } from '../../../storage/webhooks/webhook-delivery-store.ts';
import type { PushContext } from './push-context.ts';
import { pushEvent } from './push-event.ts';

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
  /** Whether nothing more is begun, because the node stops. */
  readonly isClosing: () => boolean;
  /** Ends what is still running. */
  readonly signal: AbortSignal;
};

/** Pushes what is due to one endpoint, a few at a time. */
export function createEndpointQueue(ctx: PushContext, { webhookId, isClosing, signal }: Options) {
  const { find } = ctx.endpoints;
  const queue = new PQueue();
  const claims = new Set<string>();
  let filling: Promise<void> | undefined;
  let mayHaveMore = false;

  /** Claims what is due, until nothing is, or the queue has enough. Then, it goes on as soon as there is room. */
  function fill(): Promise<void> {
    mayHaveMore = true;
    filling ??= claimAll().finally(() => {
      filling = undefined;
    });
    return filling;
  }

  async function claimAll(): Promise<void> {
    while (mayHaveMore && queue.size < queue.concurrency && canPush()) await claimBatch();
  }

  /** Not to an endpoint that is paused, or that this node does not know yet. */
  const canPush = () => !isClosing() && find(webhookId)?.isActive === true;

  async function claimBatch(): Promise<void> {
    // What becomes due from now on sets it again.
    mayHaveMore = false;
    const now = ctx.now();
    const claim = randomId(24);
    const isFailing = (find(webhookId)?.failures ?? 0) > 0;
    queue.concurrency = isFailing ? AT_ONCE_IF_FAILING : AT_ONCE;
    const most = 2 * queue.concurrency;
    const until = addSeconds(now, CLAIM_SECONDS);
    const batch = await ctx.pushes.claim(webhookId, { claim, until }, now, most);
    if (batch.length > 0) claims.add(claim);
    let open = batch.length;
    if (batch.length === most) mayHaveMore = true;
    const onEnd = () => {
      open -= 1;
      if (open === 0) claims.delete(claim);
      // The next batch is claimed before this one is done.
      if (mayHaveMore && queue.size < queue.concurrency) fill().catch(logFault);
    };
    const latest = addSeconds(now, LATEST_BEGIN_SECONDS);
    for (const push of batch)
      void queue.add(() => run(push, latest).catch(logFault).finally(onEnd));
  }

  /** Pushes an event, or makes it due again if that can no longer begin. */
  function run(push: ClaimedPush, latest: Date): Promise<void> {
    const endpoint = find(webhookId);
    const canBegin = endpoint?.isActive && ctx.now() <= latest && !isClosing();
    return canBegin ? pushEvent(ctx, endpoint, push, signal) : ctx.pushes.release(push, ctx.now());
  }

  function logFault(err: unknown): void {
    ctx.logger.error({ err, webhookId }, 'a webhook delivery failed; it is tried again');
  }

  return {
    fill,
    isIdle: () => filling === undefined && queue.size + queue.pending === 0,
    /** Drops what is not begun, and waits for what is. */
    async end(): Promise<void> {
      await filling?.catch(logFault);
      queue.clear();
      await queue.onIdle();
    },
    /** The claims of which something is not pushed yet. */
    claims: (): readonly string[] => [...claims],
  };
}
