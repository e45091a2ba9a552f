import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { TestDatabase } from '../database/databases.ts';
import { redisUrl } from '../redis.ts';

/** What someone sees who listens on the server of the bus. */
export type BusTap = { readonly seen: string[]; close(): Promise<void> };

/** Every NOTIFY of the nodes on a database. */
export async function tapPostgres({ url }: Pick<TestDatabase, 'url'>): Promise<BusTap> {
  const client = new Client({ connectionString: url });
  const seen: string[] = [];
  client.on('notification', ({ channel, payload = '' }) => seen.push(`${channel} ${payload}`));
  await client.connect();
  await client.query('LISTEN waverify');
  return { seen, close: () => client.end() };
}

/** Every command that the Redis server gets (MONITOR). */
export async function tapRedis(): Promise<BusTap> {
  const client = new Redis(redisUrl, { protocol: 2, lazyConnect: true });
  await client.connect();
  const monitor = await client.monitor();
  const seen: string[] = [];
  monitor.on('monitor', (_time: string, words: readonly string[]) => seen.push(words.join(' ')));
  return {
    seen,
    async close() {
      monitor.disconnect();
      client.disconnect();
    },
  };
}
