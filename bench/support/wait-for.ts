import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const POLL_MS = 20;

/** Polls until there is a value. @throws after half a minute. */
export async function waitFor<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const found = await ask();
    if (found !== undefined) return found;
    await pause(POLL_MS);
  }
  throw new Error(`There was no ${what} within ${PATIENCE_MS / 1000} s`);
}
