import { Hono } from 'hono';
import type { Metrics } from '../../../services/operations/metrics-service.ts';
import type { HttpEnv } from '../../http-env.ts';
import { type CredentialParts, requireAccess } from '../credentials.ts';

/** The metrics of this node, for Prometheus. */
export function createMetricsApp(parts: CredentialParts & { readonly metrics: Metrics }) {
  const { registry } = parts.metrics;
  const router = new Hono<HttpEnv>();
  router.use(requireAccess(parts));
  router.get('/', async (c) =>
    c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  );
  return router;
}
