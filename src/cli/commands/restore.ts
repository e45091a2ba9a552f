import { readConfig } from '../../../config/read-config.ts';
import { systemClock } from '../../lib/time/clock.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { defineCommand, print } from '../command.ts';

const USAGE = `waverify restore --from FOLDER [--force] [--connect] [--redeliver]
  replaces the configured database by a backup of waverify backup, while no node runs.
  --force      replaces a database that has data
  --connect    lets WhatsApp sessions connect at the next start; otherwise you restart each of them
  --redeliver  pushes the events to webhooks that were waiting at the time of the backup`;

export const command = defineCommand({
  usage: USAGE,
  options: {
    from: { type: 'string' },
    force: { type: 'boolean', default: false },
    connect: { type: 'boolean', default: false },
    redeliver: { type: 'boolean', default: false },
  },
  async run({ from, force, connect, redeliver }, { environment }) {
    if (environment['npm_config_force'] && !force) {
      throw new Error('npm consumed --force as its own option. Run: npm run restore -- --force …');
    }
    if (from === undefined) throw new Error(USAGE);
    const { config, secrets } = readConfig(environment);
    const ctx = { config, secrets, environment, now: systemClock, print };
    const { createdAt } = await restoreBackup(ctx, from, { force, connect, redeliver });
    print(`Restored the backup of ${createdAt}`);
    print('All codes and logins of that time have ended. Check API keys that were revoked since.');
    if (!connect) print('WhatsApp sessions connect when you restart them.');
    return 0;
  },
});
