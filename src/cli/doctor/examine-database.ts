import { existsSync } from 'node:fs';
import { migrationNames } from '../../../database/migration-names.ts';
import { createSecretKey } from '../../lib/crypto/secrets.ts';
import { isProcessDead } from '../../lib/process-identity.ts';
import { VERSION } from '../../lib/version.ts';
import { listMigrations, listOwnTables } from '../../storage/backup/open-copier.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { DatabaseOpenError, describeOpenFault } from '../../storage/describe-open-fault.ts';
import { readDatabaseClock } from '../../storage/operations/database-clock.ts';
import { createNodeStore } from '../../storage/operations/node-store.ts';
import { findSealFault } from '../backup/check-secret-key.ts';
import type { DoctorContext } from './context.ts';
import { examineSessions } from './examine-sessions.ts';
import { examineWebhooks } from './examine-webhooks.ts';
import { countOf, error, type Finding, note, ok, warning } from './finding.ts';

/** In milliseconds. Leases last 15 seconds, and codes minutes. */
const SKEW = { notable: 2000, harmful: 15_000 };

/** A node reports every two seconds. */
const RECENT_MS = 20_000;

const MIGRATE = 'Run waverify migrate, or start the service, which does it too';

/** Checks the database, and what the service has stored in it about sessions and webhooks. */
export async function examineDatabase(ctx: DoctorContext): Promise<Finding[]> {
  const { database: where } = ctx.config;
  if (where.dialect === 'sqlite' && !existsSync(where.storage)) {
    return [warning('database.reachable', `There is no database at ${where.storage} yet`, MIGRATE)];
  }
  try {
    const database = await openDatabase(where);
    try {
      return await examineOpen(ctx, database);
    } finally {
      await database.close();
    }
  } catch (cause) {
    return [describeFault(describeOpenFault(where, cause))];
  }
}

function describeFault(fault: Error): Finding {
  const check = 'database.reachable';
  if (fault instanceof DatabaseOpenError) return error(check, fault.summary, fault.advice);
  return error(check, fault.message, 'See docs/operations.md#databases');
}

async function examineOpen(ctx: DoctorContext, database: Database): Promise<Finding[]> {
  const clock = await examineClock(ctx, database);
  const migrations = await examineMigrations(database);
  const findings = [ok('database.reachable', `The ${database.name} database responds`), ...clock];
  // Older tables lack columns that the other checks read.
  if (migrations.level === 'error') return [...findings, migrations];
  return [
    ...findings,
    migrations,
    await examineSecretKey(ctx, database),
    ...(await examineNodes(ctx, database)),
    ...(await examineSessions(ctx, database)),
    ...(await examineWebhooks(database)),
  ];
}

async function examineMigrations(database: Database): Promise<Finding> {
  const check = 'database.migrations';
  const isNew = (await listOwnTables(database)).length === 0;
  const applied = isNew ? [] : await listMigrations(database);
  const pending = migrationNames.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0) {
    const message = `The database is newer than this version: it has the migration ${unknown.at(-1)}`;
    return error(check, message, 'Update Waverify on this machine');
  }
  if (pending.length > 0)
    return error(check, `Not yet applied: ${countOf(pending.length, 'migration')}`, MIGRATE);
  return ok(check, `All ${applied.length} migrations are applied`);
}

async function examineClock({ now }: DoctorContext, database: Database): Promise<Finding[]> {
  const before = now().getTime();
  const clock = await readDatabaseClock(database);
  if (clock === undefined) return [];
  const middle = (before + now().getTime()) / 2;
  const skew = Math.round(Math.abs(clock.getTime() - middle));
  const message = `The clocks of this machine and of the database differ by ${skew} ms`;
  const next = 'Keep the clocks of all machines in sync with NTP';
  if (skew >= SKEW.harmful) return [error('database.clock', message, next)];
  if (skew >= SKEW.notable) return [warning('database.clock', message, next)];
  return [ok('database.clock', message)];
}

async function examineSecretKey(ctx: DoctorContext, database: Database): Promise<Finding> {
  const check = 'database.secret-key';
  const fault = await findSealFault(ctx, database);
  if (fault === undefined) return ok(check, 'SECRET_KEY opens what is sealed in the database');
  const next =
    'Set SECRET_KEY to the key with which this database was used. To replace it, set the old one as SECRET_KEY_PREVIOUS';
  return error(check, `SECRET_KEY does not open what is sealed in the database: ${fault}`, next);
}

async function examineNodes(
  { now, secrets }: DoctorContext,
  database: Database,
): Promise<Finding[]> {
  const seen = await createNodeStore(database).findSeen(new Date(now().getTime() - RECENT_MS));
  const alive = seen.filter((node) => !isProcessDead(node.process));
  if (alive.length === 0) return [note('nodes.running', 'No node uses this database now')];
  const findings = [ok('nodes.running', `In use by ${countOf(alive.length, 'node')}`)];
  const own = createSecretKey(secrets.secretKey).version;
  for (const { host, version, secretVersions } of alive) {
    if (version !== VERSION) {
      const message = `The node on ${host} has version ${version}, and this is ${VERSION}`;
      findings.push(warning('nodes.version', message, 'Restart it after the update'));
    }
    if (secretVersions !== undefined && !secretVersions.split(',').includes(own)) {
      const message = `The node on ${host} has another SECRET_KEY`;
      findings.push(error('nodes.secret-key', message, 'Use the same SECRET_KEY on all nodes'));
    }
  }
  return findings;
}
