import { randomBytes } from 'node:crypto';
import type { DatabaseConfig } from '../../../config/config.ts';
import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';
import type { ConnectionTiming } from '../../../src/bus/connection.ts';
import { createBus } from '../../../src/bus/create-bus.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { createTestDatabase, dialects } from '../database/databases.ts';
import { startTcpProxy } from '../process/tcp-proxy.ts';
import { hasRedis, redisAddress, redisUrl } from '../redis.ts';

export type BusServerName = 'postgres' | 'redis';

/** The servers that a bus can use on this machine. */
export const busServers: readonly BusServerName[] = [
  ...(dialects.includes('postgres') ? (['postgres'] as const) : []),
  ...(hasRedis ? (['redis'] as const) : []),
];

export type BusServer = Awaited<ReturnType<typeof openBusServer>>;

/** What nodes of one database have in common; their bus reaches its server through a proxy. */
export async function openBusServer(name: BusServerName) {
  return name === 'postgres' ? openPostgres() : openRedis();
}

async function openPostgres() {
  const testDatabase = await createTestDatabase('postgres');
  const url = new URL(testDatabase.url);
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) || 5432 });
  url.host = `127.0.0.1:${proxy.port}`;
  return {
    proxy,
    /** The address of the database, without the proxy. */
    directUrl: testDatabase.url,
    createNode: (timing?: Partial<ConnectionTiming>) =>
      createNode({ database: readDatabase(url.href), redisUrl: undefined }, timing),
    async close() {
      await proxy.close();
      await testDatabase.drop();
    },
  };
}

/** Nodes on Redis never ask their database here, so there is none. */
async function openRedis() {
  const database = readDatabase(`mysql://root@127.0.0.1/${randomBytes(6).toString('hex')}`);
  const proxy = await startTcpProxy(redisAddress());
  const url = new URL(redisUrl);
  url.host = `127.0.0.1:${proxy.port}`;
  return {
    proxy,
    directUrl: redisUrl,
    createNode: (timing?: Partial<ConnectionTiming>) =>
      createNode({ database, redisUrl: url.href }, timing),
    close: proxy.close,
  };
}

export function readDatabase(url: string): DatabaseConfig {
  return toConfig(readEnv({ DATABASE_URL: url }, () => '')).database;
}

type Place = { readonly database: DatabaseConfig; readonly redisUrl: string | undefined };

/** The bus of a node, and what it logs. */
export function createNode(place: Place, timing: Partial<ConnectionTiming> = {}) {
  const log: string[] = [];
  const logger = createLogger('info', { write: (line) => void log.push(line) });
  return { bus: createBus({ ...place, logger, timing }), log };
}
