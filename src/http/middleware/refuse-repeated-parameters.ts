import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../domain/errors.ts';

/** Rejects `?a=1&a=2`, because different programs would use different values. */
export const refuseRepeatedParameters: MiddlewareHandler = async (c, next) => {
  if (!c.req.raw.url.includes('?')) return next();
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length === 1) continue;
    const path = name.slice(0, 64);
    const errors = [{ path, message: 'must not be repeated', code: 'repeated' as const }];
    throw new AppError('validation_failed', 'A query parameter is repeated', { errors });
  }
  await next();
};
