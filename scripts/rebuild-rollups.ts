import { randomInt } from 'node:crypto';
import { readConfig } from '../config/read-config.ts';
import { bootstrap } from '../src/app/bootstrap.ts';
import { createLogger } from '../src/lib/logger.ts';
import { systemClock } from '../src/lib/time/clock.ts';
import { isAnythingDue } from '../src/services/analytics/count-events.ts';
import { rebuildRollups } from '../src/services/analytics/rebuild-rollups.ts';
import { countEvents } from '../src/services/operations/maintenance.ts';

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
    while (await isAnythingDue(service.analytics)) await countEvents(service.maintenance);
    const { otp_logs: codes, activity_logs: activities } = await rebuildRollups(service.analytics);
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
