import { randomInt } from 'node:crypto';
import { readConfig } from '../config/read-config.ts';
import { bootstrap } from '../src/app/bootstrap.ts';
import { createLogger } from '../src/lib/logger.ts';
import { systemClock } from '../src/lib/time/clock.ts';

/** Rebuilds the roll-ups from the logs, for example after either was edited by hand. */
async function main(): Promise<void> {
  const { config, secrets } = readConfig(process.env);
  const service = await bootstrap(config, secrets, {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print: () => {},
    role: 'guest',
  });
  try {
    while (await service.analytics.isAnythingDue()) await service.maintenance.countEvents();
    const { otp_logs: codes, activity_logs: activities } = await service.analytics.recountEvents();
    console.log(
      `Rebuilt the roll-ups from ${codes} codes and ${activities} messages and limit hits`,
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
