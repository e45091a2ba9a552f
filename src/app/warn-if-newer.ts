import { findUnknownMigrations } from '../../database/migrate.ts';
import type { Logger } from '../lib/logger.ts';
import { VERSION } from '../lib/version.ts';
import type { Database } from '../storage/database.ts';

/**
 * Logs a warning if a newer version has migrated the database. The node starts nevertheless: while other nodes are
 * being upgraded, one of the previous version may have to restart.
 */
export async function warnIfNewer(database: Database, logger: Logger): Promise<void> {
  const unknown = await findUnknownMigrations(database);
  if (unknown.length === 0) return;
  logger.warn(
    { migrations: unknown, version: VERSION },
    'the database was migrated by a newer version: finish the upgrade, or restore the backup from before it',
  );
}
