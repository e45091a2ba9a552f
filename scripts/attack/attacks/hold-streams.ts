import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';

const REOPEN_MS = 500;

type Options = {
  readonly origin: string;
  readonly path: string;
  readonly key: string;
  readonly count: number;
};

/** Holds event streams open and reads them. Reopens streams that end or are refused. */
export function holdStreams({ origin, path, key, count }: Options) {
  const ending = new AbortController();
  const { signal } = ending;

  async function hold(): Promise<void> {
    while (!signal.aborted) {
      try {
        const { body } = await request(`${origin}${path}`, {
          headers: { 'x-api-key': key },
          signal,
        });
        await body.dump();
      } catch {
        // Refused, cut off, or over.
      }
      await pause(REOPEN_MS, undefined, { signal }).catch(() => {});
    }
  }

  const held = Promise.all(Array.from({ length: count }, hold));
  return {
    async end(): Promise<void> {
      ending.abort();
      await held;
    },
  };
}
