import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { withMigrator } from '../database/migrate.ts';
import { describeOpenFault } from '../src/storage/describe-open-fault.ts';
import { acquireOfflineUse } from '../src/storage/exclusive-use.ts';

const USAGE = `npm run db:migrate [-- --force [--confirm DATABASE]]
  brings the database up to date; --force first drops all tables of Waverify and deletes all data.
  In production, --force also needs --confirm with the name (or file) of the database.`;

/** Migrates the configured database. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      force: { type: 'boolean', default: false },
      confirm: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (process.env['npm_config_force'] && !values.force) {
    throw new Error('npm consumed --force as its own option. Run: npm run db:migrate -- --force');
  }
  const { config } = readConfig(process.env);
  const name =
    config.database.dialect === 'sqlite' ? config.database.storage : config.database.database;
  if (values.force && config.isProduction && values.confirm !== name) {
    throw new Error(`This deletes all data. To confirm it in production, add: --confirm ${name}`);
  }
  const use = values.force ? await acquireOfflineUse(config.database) : undefined;
  await withMigrator(config.database, async (schema) => {
    if (values.force) console.log(`${(await schema.downToNothing()).length} migration(s) reverted`);
    console.log(`${(await schema.up()).length} migration(s) applied to ${name}`);
  }).catch((error: unknown) => {
    throw describeOpenFault(config.database, error);
  });
  await use?.release();
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
