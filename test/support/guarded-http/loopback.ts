import { text } from 'node:stream/consumers';
import { createGuardedClient } from '../../../src/lib/guarded-http/guarded-client.ts';
import { type Behaviour, startTarget } from './target.ts';

/** The longest body that `get` reads. */
export const MOST_BYTES = 100_000;

type Extras = {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly path?: string;
};

/** A client that may call 127.0.0.1 only, and a server there. */
export async function startLoopback() {
  const client = createGuardedClient({
    allowedNetworks: ['127.0.0.1'],
    now: () => new Date('2026-11-30T12:00:00Z'),
  });
  const target = await startTarget({ host: '127.0.0.1' });
  await import('undici'); // The first request loads it, which takes a second on a busy machine.
  return {
    target,
    client,
    /** Makes a request to which the server responds by `behaviour`. */
    post(behaviour: Behaviour, { path = '/', timeoutMs = 10_000, ...extras }: Extras = {}) {
      target.behaveLike(behaviour);
      const url = `http://127.0.0.1:${target.port}${path}`;
      const headers = { 'webhook-id': 'evt_1' };
      return client.post({ url, headers, body: '{"é":1}', timeoutMs, ...extras });
    },
    /** Fetches what the server responds by `behaviour`, as text. */
    get(behaviour: Behaviour, { path = '/', timeoutMs = 10_000, ...extras }: Extras = {}) {
      target.behaveLike(behaviour);
      const url = `http://127.0.0.1:${target.port}${path}`;
      const read = async (body: AsyncIterable<Uint8Array>) => text(body);
      return client.get({ url, mostBytes: MOST_BYTES, read, timeoutMs, ...extras });
    },
    async close() {
      await Promise.all([client.close(), target.close()]);
    },
  };
}

export type Loopback = Awaited<ReturnType<typeof startLoopback>>;
