import type { DatabaseConfig } from '../../config/config.ts';
import type { Logger } from '../lib/logger.ts';
import type { ConnectionTiming } from './connection.ts';
import type { Bus } from './contract.ts';
import { createInProcessBus } from './in-process.ts';
import type { OpenLink } from './link.ts';
import { createNetworkBus } from './network-bus.ts';

type Options = {
  readonly database: DatabaseConfig;
  readonly redisUrl: string | undefined;
  readonly logger: Logger;
  /** Overrides the timeouts, for tests. */
  readonly timing?: Partial<ConnectionTiming>;
};

/** Creates the bus of a node, which connects in the background. The caller closes it. */
export function createBus({ database, redisUrl, logger, timing }: Options): Bus {
  if (database.dialect === 'sqlite') return createInProcessBus({ isOnlyNode: true, logger });
  const open = findLink(database, redisUrl);
  if (open) return createNetworkBus({ open, logger, timing });
  return createInProcessBus({ isOnlyNode: false, logger });
}

type ServerDatabase = Exclude<DatabaseConfig, { readonly dialect: 'sqlite' }>;

/** How nodes of a database reach each other; undefined if they cannot. Libraries are loaded when they are used. */
function findLink(database: ServerDatabase, redisUrl: string | undefined): OpenLink | undefined {
  if (redisUrl !== undefined) {
    return async (events) =>
      (await import('./redis.ts')).openRedisLink({ redisUrl, place: database }, events);
  }
  if (database.dialect === 'mysql') return undefined;
  return async (events) => (await import('./postgres.ts')).openPostgresLink(database, events);
}
