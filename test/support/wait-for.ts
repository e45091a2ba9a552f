import { setTimeout as pause } from 'node:timers/promises';

/** Asks until there is an answer. @throws after `waitMs`, with what was waited for. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  what: string,
  waitMs = 60_000,
): Promise<T> {
  const endsAt = performance.now() + waitMs;
  while (performance.now() < endsAt) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(25);
  }
  throw new Error(`waited ${waitMs} ms in vain for ${what}`);
}
