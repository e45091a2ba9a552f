import { type Context, Hono } from 'hono';
import type { Logger } from '../../lib/logger.ts';
import {
  type CallbackContext,
  findCallbackReceiver,
} from '../../services/delivery/receive-callback.ts';
import { createErrorHandler } from '../errors/error-responses.ts';
import type { HttpEnv } from '../http-env.ts';
import { readBytes } from './read-bytes.ts';

type Parts = {
  readonly callbacks: CallbackContext;
  readonly logger: Logger;
  /** Our own address, under which providers call us; undefined if it is not configured. */
  readonly publicUrl: string | undefined;
};

/**
 * The routes at which providers report on messages. The token in the path identifies the channel, and the channel
 * checks the signature. Any media type is accepted, because each provider has its own.
 */
export function createCallbacksApp({ callbacks, logger, publicUrl }: Parts): Hono<HttpEnv> {
  const router = new Hono<HttpEnv>();
  router.onError(createErrorHandler(logger));

  const receive = async (c: Context<HttpEnv, '/:channel/:token'>) => {
    const { channel = '', token = '' } = c.req.param();
    // Before the body is read, so that only a provider can make us hold a large one.
    const receiver = findCallbackReceiver(callbacks, { channel, token });
    const { pathname, search } = new URL(c.req.url);
    const text = await receiver.receive({
      method: c.req.method === 'GET' ? 'GET' : 'POST',
      url: publicUrl === undefined ? c.req.url : `${publicUrl}${pathname}${search}`,
      headers: c.req.header(),
      body: await readBytes(c, receiver.mostBytes),
    });
    return c.text(text);
  };
  router.get('/:channel/:token', receive);
  router.post('/:channel/:token', receive);
  return router;
}
