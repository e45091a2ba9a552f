import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Config, DatabaseConfig } from '../../config/config.ts';
import { createMarkFiles } from '../lib/files/mark-files.ts';
import { isProcessDead } from '../lib/process-identity.ts';
import { VERSION } from '../lib/version.ts';
import { createNodeService, type NodeService } from '../services/operations/node-service.ts';
import { createRestoreWatch } from '../services/operations/restore-watch.ts';
import type { AliveNode } from '../storage/operations/node-store.ts';
import type { Infrastructure } from './infrastructure.ts';

/**
 * Registers this process as a node of the database, after checking whether the database was restored
 * from a backup. Scripts do not register.
 * @throws when another node that is alive has another secret key.
 */
export async function joinNodes({
  config,
  platform,
  stores,
  nodeId,
  processName,
  secretKeys,
}: Infrastructure): Promise<NodeService> {
  const { logger, now, role = 'node' } = platform;
  const { nodes, epochs, leases, verifications } = stores;
  const files = createMarkFiles(toMarkPath(config));
  const watch = createRestoreWatch({ nodes, epochs, files, logger, now });
  const self = {
    ...{ id: nodeId, process: processName, version: VERSION },
    ...{ host: hostname(), processId: process.pid, startedAt: now() },
    secretVersions: versionsOf(secretKeys).join(','),
  };
  const parts = { nodes, epochs, leases, watch, verifications };
  const service = createNodeService({ self, ...parts, logger, now });
  if (role === 'node') {
    assertSameKeys(secretKeys, await nodes.listAliveNodes(now()));
    await service.begin();
  }
  return service;
}

function versionsOf({ current, previous }: Infrastructure['secretKeys']): string[] {
  return [current.version, ...(previous === undefined ? [] : [previous.version])];
}

/** Nodes without a common key cannot read each other's codes and credentials. */
function assertSameKeys(keys: Infrastructure['secretKeys'], alive: readonly AliveNode[]): void {
  const own = versionsOf(keys);
  const stranger = alive
    .filter(({ process: name }) => !isProcessDead(name))
    .find(({ secretVersions }) => {
      const versions = secretVersions?.split(',');
      return versions !== undefined && !versions.some((version) => own.includes(version));
    });
  if (!stranger) return;
  throw new Error(
    `Another node of this database, on ${stranger.host}, has another SECRET_KEY. Use the same one on all nodes. To replace it, start the nodes with the new one, and with the old one as SECRET_KEY_PREVIOUS.`,
  );
}

/** The mark of a database is found by its location: its content may come from a backup. */
export function toMarkPath({
  database,
  statePath,
}: Pick<Config, 'database' | 'statePath'>): string {
  if (database.dialect === 'sqlite' && statePath === undefined) return `${database.storage}.mark`;
  const place = createHash('sha256').update(toPlace(database)).digest('hex').slice(0, 16);
  return join(statePath ?? './database', `mark-${place}`);
}

function toPlace(database: DatabaseConfig): string {
  if (database.dialect === 'sqlite') return resolve(database.storage);
  const { dialect, host, port, database: name } = database;
  return JSON.stringify([dialect, host, port, name]);
}
