import { setTimeout as pause } from 'node:timers/promises';
import type { SoakClient } from './client.ts';
import type { SoakLog } from './soak-log.ts';

/** More users at once mean that the service cannot keep up. */
const MOST_AT_ONCE = 1000;

const CAPACITY_WORKERS = 32;
const CAPACITY_MS = 15_000;

const CONSOLE_EVERY_MS = 5000;

/** What the console reads while someone looks at its pages. */
const CONSOLE_PATHS = [
  ...['/api/analytics/dashboard?timeZone=Asia/Jakarta', '/api/analytics/funnel?by=channel'],
  ...['/api/analytics/funnel?by=region', '/api/sessions', '/api/analytics/logs/otp?limit=50'],
  ...['/api/analytics/logs/activity?limit=50', '/api/events?limit=50', '/api/webhooks'],
  '/api/usage',
];

type Traveller = () => Promise<void>;

/** Returns how many users per second the service serves, when the next one comes as soon as one has left. */
export async function measureCapacity(travel: Traveller): Promise<number> {
  const endsAt = performance.now() + CAPACITY_MS;
  let done = 0;
  async function work(): Promise<void> {
    while (performance.now() < endsAt) {
      await travel();
      done += 1;
    }
  }
  await Promise.all(Array.from({ length: CAPACITY_WORKERS }, work));
  return (done * 1000) / CAPACITY_MS;
}

/** Starts so many users per second for so long, at random times, whether or not others have left. */
export async function keepUsersComing(
  travel: Traveller,
  {
    perSecond,
    seconds,
    log,
  }: { readonly perSecond: number; readonly seconds: number; log: SoakLog },
): Promise<number> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const travelling = new Set<Promise<void>>();
  let users = 0;
  for (let at = startedAt; at < endsAt; at += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
    await pause(Math.max(0, at - performance.now()));
    if (travelling.size >= MOST_AT_ONCE) {
      log.noteError('a user was turned away, because 1,000 others wait');
      continue;
    }
    users += 1;
    const journey = travel()
      .catch((error: Error) => log.noteError(error.message))
      .finally(() => travelling.delete(journey));
    travelling.add(journey);
  }
  await Promise.all(travelling);
  return users;
}

/** Reads the pages of the console every five seconds, until it is stopped. */
export function startConsole({ call }: SoakClient) {
  let isStopped = false;
  async function run(): Promise<void> {
    while (!isStopped) {
      for (const path of CONSOLE_PATHS) await call({ kind: 'console', method: 'GET', path });
      await pause(CONSOLE_EVERY_MS);
    }
  }
  const running = run();
  return {
    async stop(): Promise<void> {
      isStopped = true;
      await running;
    },
  };
}
