import { createRoute, z } from '@hono/zod-openapi';
import type { HealthService } from '../../../services/operations/health-service.ts';
import { createRouter } from '../../router.ts';
import { json, problems, success, successOf } from '../schemas/envelope.ts';

const Health = z
  .object({
    status: z.enum(['up', 'down']),
    database: z.enum(['up', 'down']),
    writes: z.enum(['up', 'down']).openapi({
      description: '`down` while the database can be read at most: a full or read-only disk, say',
    }),
    time: z.iso.datetime(),
  })
  .openapi('Health');

const Readiness = z
  .object({
    ready: z.boolean(),
    database: z.enum(['up', 'down']),
    writes: z.enum(['up', 'down']),
    pendingMigrations: z.array(z.string()),
    draining: z.boolean(),
    uptimeSeconds: z.int(),
  })
  .openapi('Readiness');

/** What anybody may know: whether the service is up. */
export function publicHealthRoutes(health: HealthService) {
  const router = createRouter();

  const healthRoute = createRoute({
    method: 'get',
    tags: ['Health'],
    path: '/',
    summary: 'Tell whether the service and its database are up',
    security: [],
    responses: {
      200: json(successOf(Health), 'Up'),
      503: json(successOf(Health), 'The database does not answer, or takes no writes'),
    },
  });
  router.openapi(healthRoute, async (c) => {
    const { database, writes, isUsable } = await health.readDatabase();
    const status = isUsable ? ('up' as const) : ('down' as const);
    const data = { status, database, writes, time: new Date().toISOString() };
    const fault =
      database === 'up' ? 'The database takes no writes' : 'The database does not answer';
    return c.json(success(isUsable ? 'Up' : fault, data), isUsable ? 200 : 503);
  });

  const liveRoute = createRoute({
    method: 'get',
    tags: ['Health'],
    path: '/live',
    summary: 'Answer while the process is alive, whatever else is not',
    security: [],
    responses: { 200: json(successOf(z.object({ status: z.literal('up') })), 'Alive') },
  });
  router.openapi(liveRoute, (c) => c.json(success('Alive', { status: 'up' as const }), 200));

  return router;
}

/** What the operator may know: whether this node should be sent requests, and why not. */
export function readinessRoutes(health: HealthService) {
  const router = createRouter();

  const readyRoute = createRoute({
    method: 'get',
    tags: ['Health'],
    path: '/ready',
    summary: 'Tell whether this node should be sent requests',
    responses: {
      200: json(successOf(Readiness), 'Ready'),
      503: json(successOf(Readiness), 'Not ready: the answer says why'),
      ...problems({}),
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
    };
    return c.json(success(isReady ? 'Ready' : 'Not ready', data), isReady ? 200 : 503);
  });

  return router;
}
