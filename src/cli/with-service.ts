import { randomInt } from 'node:crypto';
import type { readConfig } from '../../config/read-config.ts';
import type { bootstrap } from '../app/bootstrap.ts';
import { createLogger } from '../lib/logger.ts';
import { systemClock } from '../lib/time/clock.ts';

type Settings = Pick<ReturnType<typeof readConfig>, 'config' | 'secrets'>;
type Service = Awaited<ReturnType<typeof bootstrap>>;

/**
 * Runs `task` with the services of a node that serves no requests. As `guest`, nodes may use the database at the same
 * time.
 * @throws as `alone`, if a node uses the database; the message names it.
 */
export async function withService<T>(
  { config, secrets }: Settings,
  role: 'guest' | 'alone',
  task: (service: Service) => Promise<T>,
): Promise<T> {
  // Loaded only now: a wrong argument is reported, and a password asked for, without waiting for it.
  const { bootstrap } = await import('../app/bootstrap.ts');
  const service = await bootstrap(config, secrets, {
    logger: createLogger('silent'),
    now: systemClock,
    draw: randomInt,
    print: () => {},
    role,
  });
  try {
    return await task(service);
  } finally {
    await service.close();
  }
}
