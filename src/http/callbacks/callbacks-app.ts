import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { type CallbackContext, receiveCallback } from '../../services/delivery/receive-callback.ts';
import { createErrorHandler } from '../errors.ts';
import type { HttpEnv } from '../http-env.ts';

type Parts = {
  readonly callbacks: CallbackContext;
  readonly logger: Logger;
  /** Our own address, under which providers call us; undefined if it is not configured. */
  readonly publicUrl: string | undefined;
};

/** Meta batches up to 1000 updates in one request of at most 3 MB; other providers send less. */
const MAX_BYTES = 3 * 1024 * 1024;

/**
 * The routes at which providers report on messages. The token in the path identifies the channel, and the channel
 * checks the signature. Any media type is accepted, because each provider has its own.
 */
export function createCallbacksApp({ callbacks, logger, publicUrl }: Parts): Hono<HttpEnv> {
  const router = new Hono<HttpEnv>();
  router.onError(createErrorHandler(logger));
  const limitCallback = bodyLimit({
    maxSize: MAX_BYTES,
    onError: () => {
      throw new AppError('payload_too_large', `The body may have at most ${MAX_BYTES} bytes`);
    },
  });

  const receive = async (c: Context<HttpEnv, '/:channel/:token'>) => {
    const { channel = '', token = '' } = c.req.param();
    const { pathname, search } = new URL(c.req.url);
    const text = await receiveCallback(callbacks, {
      channel,
      token,
      method: c.req.method === 'GET' ? 'GET' : 'POST',
      url: publicUrl === undefined ? c.req.url : `${publicUrl}${pathname}${search}`,
      headers: c.req.header(),
      body: Buffer.from(await c.req.arrayBuffer()),
    });
    return c.text(text);
  };
  router.get('/:channel/:token', receive);
  router.post('/:channel/:token', limitCallback, receive);
  return router;
}
