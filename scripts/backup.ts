import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { verifyBackup } from '../src/cli/backup/check-backup.ts';
import { createBackup } from '../src/cli/backup/create-backup.ts';
import type { Manifest } from '../src/cli/backup/manifest.ts';
import { systemClock } from '../src/lib/time/clock.ts';

const USAGE = `npm run backup -- --to FOLDER [--verify]
npm run backup -- --verify --from FOLDER
  copies the database and the files of messages to a new folder, while the service runs. --verify then restores the
  backup into a temporary database and compares every table; with --from, it does so with an existing backup.
  SECRET_KEY and API_KEY are not in the backup: keep them in another place. Without SECRET_KEY, it cannot be restored.`;

/** Makes or verifies a backup of the configured database. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      from: { type: 'string' },
      verify: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const { to, from, verify } = values;
  if ((to === undefined) === (from === undefined) || (from !== undefined && !verify)) {
    throw new Error(USAGE);
  }
  const { config, secrets } = readConfig(process.env);
  const ctx = { config, secrets, environment: process.env, now: systemClock, print: console.log };
  if (to !== undefined) {
    const manifest = await createBackup(ctx, to);
    console.log(`Backed up ${describe(manifest)} to ${to}`);
    console.log('Keep SECRET_KEY and API_KEY in another place: they are not in the backup.');
  }
  if (verify) {
    const manifest = await verifyBackup(ctx, from ?? to ?? '');
    console.log(`Restored ${describe(manifest)} to a temporary database: all tables are the same`);
  }
}

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

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
