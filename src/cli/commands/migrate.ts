import { readConfig } from '../../../config/read-config.ts';
import { withMigrator } from '../../../database/migrate.ts';
import { describeOpenFault } from '../../storage/describe-open-fault.ts';
import { acquireOfflineUse } from '../../storage/exclusive-use.ts';
import { defineCommand, print } from '../command.ts';

export const command = defineCommand({
  usage: `waverify migrate [--force [--confirm DATABASE]]
  brings the database up to date; --force first drops all tables of Waverify and deletes all data, and is refused
  while a node runs. In production, --force also needs --confirm with the name (or file) of the database.`,
  options: { force: { type: 'boolean', default: false }, confirm: { type: 'string' } },
  async run({ force, confirm }, { environment }) {
    if (environment['npm_config_force'] && !force) {
      throw new Error('npm consumed --force as its own option. Run: npm run db:migrate -- --force');
    }
    const { config } = readConfig(environment);
    const { database } = config;
    const name = database.dialect === 'sqlite' ? database.storage : database.database;
    if (force && config.isProduction && confirm !== name) {
      throw new Error(`This deletes all data. To confirm it in production, add: --confirm ${name}`);
    }
    const use = force ? await acquireOfflineUse(database) : undefined;
    await withMigrator(database, async (schema) => {
      if (force) print(`${(await schema.downToNothing()).length} migration(s) reverted`);
      print(`${(await schema.up()).length} migration(s) applied to ${name}`);
    }).catch((error: unknown) => {
      throw describeOpenFault(database, error);
    });
    await use?.release();
    return 0;
  },
});
