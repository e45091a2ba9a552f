import { Hono } from 'hono';
import { type HookDialect, hookDialects } from '../../../domain/hooks/hook.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { HookContext } from '../../../services/hooks/context.ts';
import { findHook, identifyHook, receiveCall } from '../../../services/hooks/receive-call.ts';
import { readBytes } from '../../callbacks/read-bytes.ts';
import { createReadClientAddress } from '../../client-address.ts';
import { createErrorHandler } from '../../errors/error-responses.ts';
import type { HttpEnv } from '../../http-env.ts';
import { createReadFrom } from '../../middleware/authenticate.ts';
import { answerCall, refuseCall } from './answers.ts';

type Parts = {
  readonly hooks: HookContext;
  readonly logger: Logger;
  readonly trustedProxies: readonly string[];
};

/** Supabase sends the whole user, up to 200 KB. */
const MOST_BYTES = 256 * 1024;

/**
 * The addresses that servers call which own their codes. Each of them decides on the format of bodies, on how a call
 * proves its origin, and on how it is answered.
 */
export function createHooksApp(parts: Parts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  for (const dialect of hookDialects) app.route(`/${dialect}`, createDialectApp(dialect, parts));
  return app;
}

function createDialectApp(dialect: HookDialect, { hooks, logger, trustedProxies }: Parts) {
  const app = new Hono<HttpEnv>();
  const readFrom = createReadFrom(createReadClientAddress(trustedProxies));
  app.onError(createErrorHandler(logger, (c, error) => refuseCall(c, dialect, error)));

  app.post('/:hookId', async (c) => {
    const hook = await findHook(hooks, dialect, c.req.param('hookId'));
    const call = { headers: c.req.header(), raw: await readBytes(c, MOST_BYTES) };
    const caller = await identifyHook(hooks, hook, call, { ...readFrom(c), call: c.get('call') });
    c.set('caller', caller);
    const relayed = await receiveCall(hooks, hook, caller, call);
    return answerCall(c, dialect, relayed);
  });
  return app;
}
