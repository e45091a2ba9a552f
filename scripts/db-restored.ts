import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/read-config.ts';
import { bootstrap } from '../src/app/bootstrap.ts';
import { createLogger } from '../src/lib/logger.ts';
import { systemClock } from '../src/lib/time/clock.ts';

const USAGE = `npm run db:restored
  ends what a restored backup must not bring back: live codes, logins, and stored responses for
  Idempotency-Key. Run it after restoring a backup, before you start the service.`;

/** Ends everything in a restored database that must not become valid again. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) return console.log(USAGE);
  const { config, secrets } = readConfig(process.env);
  const service = await bootstrap(config, secrets, {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print: () => {},
    role: 'alone',
  });
  try {
    await service.nodes.endPast();
    console.log(
      'Ended all live codes and logins, and deleted the stored responses for Idempotency-Key',
    );
  } finally {
    await service.close();
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
