import { setTimeout as pause } from 'node:timers/promises';
import { createEndpointQueue, type EndpointQueue } from './endpoint-queue.ts';
import type { PushContext } from './push-context.ts';

/** How long a stopping node waits for receivers. */
const CLOSE_MS = 3000;

/**
 * Pushes what is due. Each endpoint has a queue of its own, so that a slow one does not delay the others. Any number
 * of nodes share the work.
 */
export function createPushQueue(ctx: PushContext) {
  const queues = new Map<string, EndpointQueue>();
  const ending = new AbortController();
  let isClosing = false;
  let looking: Promise<void> | undefined;
  let isWoken = false;

  /** Looks for what is due, soon. */
  function wake(): void {
    isWoken = true;
    looking ??= look()
      .catch((err: unknown) => ctx.logger.error({ err }, 'webhook deliveries could not be read'))
      .finally(() => {
        looking = undefined;
        if (isWoken && !isClosing) wake();
      });
  }

  async function look(): Promise<void> {
    isWoken = false;
    const due = await ctx.pushes.listDueWebhooks(ctx.now());
    await Promise.all(due.map((webhookId) => queueOf(webhookId).fill()));
    for (const [webhookId, queue] of queues) if (queue.isIdle()) queues.delete(webhookId);
  }

  function queueOf(webhookId: string): EndpointQueue {
    const known = queues.get(webhookId);
    if (known) return known;
    const options = { webhookId, isClosing: () => isClosing, signal: ending.signal };
    const created = createEndpointQueue(ctx, options);
    queues.set(webhookId, created);
    return created;
  }

  /** Stops. What was not pushed is due for the other nodes at once. */
  async function close(): Promise<void> {
    isClosing = true;
    await looking;
    const open = [...queues.values()];
    const ended = Promise.all(open.map((queue) => queue.end()));
    await Promise.race([ended, pause(CLOSE_MS, undefined, { ref: false })]);
    ending.abort();
    await ended;
    await ctx.pushes.putBack(
      open.flatMap((queue) => queue.claims()),
      ctx.now(),
    );
  }

  return { wake, close };
}
