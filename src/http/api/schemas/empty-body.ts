import { z } from '@hono/zod-openapi';

/** An empty body must still be JSON, which a form of another site cannot send. */
export const EmptyBody = z
  .strictObject({})
  .openapi('EmptyRequest', { description: 'An empty object.' });
