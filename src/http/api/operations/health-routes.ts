import { z } from '@hono/zod-openapi';
import { BUILD, VERSION } from '../../../lib/version.ts';
import type { HealthService } from '../../../services/operations/health-service.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';

const upOrDown = z.enum(['up', 'down']);

const database = upOrDown.describe('Whether the database answers');
const writes = upOrDown.describe(
  'Whether the database accepts writes; `down`, for example, if the disk is full or read-only',
);

const Health = z
  .object({
    status: upOrDown.describe(
      '`up` if the database answers and accepts writes, and the node is not shutting down',
    ),
    database,
    writes,
    time: z.iso.datetime().describe('The time of the server'),
  })
  .openapi('Health', { description: 'Whether the service is up.' });

const Readiness = z
  .object({
    ready: z.boolean().describe('Whether this node should get requests'),
    database,
    writes,
    pendingMigrations: z.array(z.string()).describe('Migrations that have not been applied'),
    draining: z.boolean().describe('Whether the node is shutting down'),
    uptimeSeconds: z.int().describe('For how many seconds the process has been running'),
    version: z
      .string()
      .describe('The version of Waverify on this node')
      .openapi({ example: VERSION }),
    build: z
      .string()
      .nullable()
      .describe('The commit that it was built from; null if it is not known'),
  })
  .openapi('Readiness', { description: 'Whether a node is ready for requests.' });

const Alive = z.object({ status: z.literal('up').describe('Always `up`') });

/** Why the database cannot be used, if it cannot. */
function describeFault({ database, isUsable }: Awaited<ReturnType<HealthService['readDatabase']>>) {
  if (isUsable) return undefined;
  return database === 'up' ? 'The database does not accept writes' : 'The database does not answer';
}

/** Whether the service is up, for everyone, and whether this node is ready, for operators. */
export function healthRoutes(health: HealthService) {
  const router = createRouter();

  const healthRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'getHealth',
    tag: 'Health',
    summary: 'Get the health of the service',
    description: 'Whether the service and its database are up.',
    query: 'any',
    isPublic: true,
    answers: {
      200: answer(Health, 'The service is up'),
      503: answer(
        Health,
        'The database does not answer, or does not accept writes, or the node is shutting down',
      ),
    },
  });
  router.openapi(healthRoute, async (c) => {
    const found = await health.readDatabase();
    const { database, writes } = found;
    const fault = health.isDraining() ? 'The node is shutting down' : describeFault(found);
    const status = fault === undefined ? ('up' as const) : ('down' as const);
    const data = { status, database, writes, time: new Date().toISOString() };
    return c.json(success(fault ?? 'Up', data), fault === undefined ? 200 : 503);
  });

  const liveRoute = operation({
    method: 'get',
    path: '/live',
    operationId: 'getLiveness',
    tag: 'Health',
    summary: 'Get the liveness of the process',
    description: 'Answers while the process is alive, even if the database is down.',
    query: 'any',
    isPublic: true,
    answers: { 200: answer(Alive, 'The process is alive') },
  });
  router.openapi(liveRoute, (c) => c.json(success('Alive', { status: 'up' as const }), 200));

  const readyRoute = operation({
    method: 'get',
    path: '/ready',
    operationId: 'getReadiness',
    tag: 'Health',
    summary: 'Get the readiness of the node',
    description: 'Whether this node should get requests, and if not, why.',
    query: 'any',
    answers: {
      200: answer(Readiness, 'The node is ready'),
      503: answer(Readiness, 'The node is not ready; the response says why'),
    },
  });
  router.openapi(readyRoute, async (c) => {
    const readiness = await health.readReadiness();
    const { isReady, database, writes, pendingMigrations, isDraining } = readiness;
    const data = {
      ready: isReady,
      database,
      writes,
      pendingMigrations: [...pendingMigrations],
      draining: isDraining,
      uptimeSeconds: Math.floor(process.uptime()),
      version: VERSION,
      build: BUILD ?? null,
    };
    return c.json(success(isReady ? 'Ready' : 'Not ready', data), isReady ? 200 : 503);
  });

  return router;
}
