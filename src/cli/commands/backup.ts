import { readConfig } from '../../../config/read-config.ts';
import { systemClock } from '../../lib/time/clock.ts';
import { verifyBackup } from '../backup/check-backup.ts';
import { createBackup } from '../backup/create-backup.ts';
import type { Manifest } from '../backup/manifest.ts';
import { defineCommand, print } from '../command.ts';

const USAGE = `waverify backup --to FOLDER [--verify]
waverify backup --verify --from FOLDER
  copies the database and the files of messages to a new folder, while the service runs. --verify then restores the
  backup into a temporary database and compares every table; with --from, it does so with an existing backup.
  SECRET_KEY and API_KEY are not in the backup: keep them in another place. Without SECRET_KEY, it cannot be restored.`;

export const command = defineCommand({
  usage: USAGE,
  options: {
    to: { type: 'string' },
    from: { type: 'string' },
    verify: { type: 'boolean', default: false },
  },
  async run({ to, from, verify }, { environment }) {
    if ((to === undefined) === (from === undefined) || (from !== undefined && !verify)) {
      throw new Error(USAGE);
    }
    const { config, secrets } = readConfig(environment);
    const ctx = { config, secrets, environment, now: systemClock, print };
    if (to !== undefined) {
      const manifest = await createBackup(ctx, to);
      print(`Backed up ${describe(manifest)} to ${to}`);
      print('Keep SECRET_KEY and API_KEY in another place: they are not in the backup.');
    }
    if (verify) {
      const manifest = await verifyBackup(ctx, from ?? to ?? '');
      print(`Restored ${describe(manifest)} to a temporary database: all tables are the same`);
    }
    return 0;
  },
});

function describe({ tables, media, mediaLeftOut }: Manifest): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const { missing, inBucket } = mediaLeftOut;
  const others = [
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(inBucket > 0 ? [`${inBucket} in the bucket, not copied`] : []),
  ];
  const more = others.length > 0 ? ` (${others.join(', ')})` : '';
  return `${tables.length} tables with ${rows} rows and ${media.length} files of messages${more}`;
}
