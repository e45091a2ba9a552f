import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { restoreBackup } from '../src/cli/backup/restore-backup.ts';
import { systemClock } from '../src/lib/time/clock.ts';

const USAGE = `npm run restore -- --from FOLDER [--force] [--connect] [--redeliver]
  replaces the configured database by a backup of npm run backup, while no node runs.
  --force      replaces a database that has data
  --connect    lets WhatsApp sessions connect at the next start; otherwise you restart each of them
  --redeliver  pushes the events to webhooks that were waiting at the time of the backup`;

/** Restores a backup to the configured database. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      force: { type: 'boolean', default: false },
      connect: { type: 'boolean', default: false },
      redeliver: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (process.env['npm_config_force'] && !values.force) {
    throw new Error('npm consumed --force as its own option. Run: npm run restore -- --force …');
  }
  const { from, force, connect, redeliver } = values;
  if (from === undefined) throw new Error(USAGE);
  const { config, secrets } = readConfig(process.env);
  const ctx = { config, secrets, environment: process.env, now: systemClock, print: console.log };
  const { createdAt } = await restoreBackup(ctx, from, { force, connect, redeliver });
  console.log(`Restored the backup of ${createdAt}`);
  console.log(
    'All codes and logins of that time have ended. Check API keys that were revoked since.',
  );
  if (!connect) console.log('WhatsApp sessions connect when you restart them.');
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
