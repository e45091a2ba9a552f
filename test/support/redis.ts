import { once } from 'node:events';
import { connect } from 'node:net';

/** The server that the tests may use; CI must have it. */
export const redisUrl = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** Where it listens. */
export function redisAddress() {
  const { hostname, port } = new URL(redisUrl);
  return { host: hostname, port: Number(port) || 6379 };
}

export const hasRedis = process.env['CI'] === 'true' || (await isUp());

/** One sentence about suites that will not run, or nothing. */
export function describeMissingRedis(): string | undefined {
  return hasRedis ? undefined : 'Skipped, because no server answers on this machine: redis';
}

async function isUp(): Promise<boolean> {
  const socket = connect(redisAddress());
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
