import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { startWaverify } from '../contenders/waverify.ts';
import { callJson } from './call-json.ts';
import type { ServerKeeper } from './server-keeper.ts';

const SCRIPT = fileURLToPath(new URL('./webhook-receivers-server.mjs', import.meta.url));
const LONGEST_MS = 60_000;
const POLL_MS = 20;

/** The path of the receiver that never responds. */
export const HANGING = '/hang';

/** What lets Waverify call receivers on this machine. */
export const RECEIVER_SETTINGS = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' };

/** An event that has arrived: where, and how long after what it reports. */
type Arrival = { readonly path: string; readonly lagMs: number };

type Waverify = Awaited<ReturnType<typeof startWaverify>>;

/** Starts a server that receives webhooks under any path. */
export async function startWebhookReceivers(servers: ServerKeeper) {
  const { origin } = await servers.start({
    name: 'webhook receivers',
    args: [SCRIPT],
    env: {},
    healthPath: '/',
  });
  return {
    /** Creates a webhook for a path. */
    async subscribe(
      { server, headers }: Pick<Waverify, 'server' | 'headers'>,
      path: string,
      events: readonly string[],
    ) {
      const body = { url: `${origin}${path}`, events };
      await callJson(`${server.origin}/api/webhooks`, { method: 'POST', headers, body });
    },
    /** Takes what has arrived since the last call, and returns how many events that is. */
    async count(): Promise<number> {
      return ((await callJson(origin, { method: 'GET' })) as readonly Arrival[]).length;
    },
    /** Waits for so many arrivals, except at the path that never responds. @throws after a minute. */
    async take(count: number): Promise<readonly Arrival[]> {
      const taken: Arrival[] = [];
      const giveUpAt = performance.now() + LONGEST_MS;
      while (taken.length < count) {
        if (performance.now() > giveUpAt)
          throw new Error(`Of ${count} webhooks, ${taken.length} arrived within a minute`);
        await pause(POLL_MS);
        const arrivals = (await callJson(origin, { method: 'GET' })) as readonly Arrival[];
        taken.push(...arrivals.filter(({ path }) => path !== HANGING));
      }
      return taken;
    },
  };
}

export type WebhookReceivers = Awaited<ReturnType<typeof startWebhookReceivers>>;
