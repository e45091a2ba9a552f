import { z } from '@hono/zod-openapi';
import type { ByteRange } from '../../../../lib/crypto/sealed-frames.ts';
import type { Logger } from '../../../../lib/logger.ts';
import { streamBytes } from '../../../../lib/stream-texts.ts';
import type { MediaContext } from '../../../../services/conversations/media/context.ts';
import { type OpenMedia, openMedia } from '../../../../services/conversations/media/open-media.ts';
import { operation } from '../../../openapi/operation.ts';
import { createRouter } from '../../../router.ts';
import { readSessionPath } from '../../session-names.ts';
import type { StreamSlots } from '../../sessions/stream-slots.ts';
import { MessageParams, MessageQuery } from '../message-schemas.ts';
import { planResponse } from './media-response.ts';

type Dependencies = {
  readonly media: MediaContext;
  readonly streams: StreamSlots;
  readonly logger: Logger;
};

const binary = { schema: z.string().openapi({ format: 'binary' }) };

/** The files of messages. */
export function mediaRoutes({ media, streams, logger }: Dependencies) {
  const router = createRouter();

  const mediaRoute = operation({
    method: 'get',
    path: '/{id}/messages/{messageId}/media',
    operationId: 'getMessageMedia',
    tag: 'Conversations',
    summary: 'Get the file of a message',
    description:
      'The file of a message whose content is stored. It is fetched from WhatsApp with the first request, checked, and kept for `MEDIA_RETENTION_DAYS`. If WhatsApp no longer has it, the phone of the session is asked once to upload it again, which takes up to 15 seconds. `Range`, `If-Range` and `If-None-Match` are supported. `Content-Type` is what the bytes look like, not what the sender states. Files are not scanned for malware.',
    params: MessageParams,
    query: MessageQuery,
    answers: {
      200: { description: 'The file', content: { 'application/octet-stream': binary } },
      206: {
        description: 'The requested range',
        content: { 'application/octet-stream': binary },
      },
      304: { description: 'The client already has the file' },
      416: { description: 'The file is shorter than the range' },
    },
    fails: [
      'session_not_found',
      'not_found',
      'media_gone',
      'media_corrupt',
      'media_too_large',
      'media_unavailable',
      'overloaded',
    ],
    meanings: { not_found: 'There is no such message in the session, or it has no file.' },
  });
  router.openapi(mediaRoute, async (c) => {
    const caller = c.get('caller');
    const { id, messageId } = c.req.valid('param');
    const sessionId = readSessionPath(caller, id);
    const { chat: chatKey } = c.req.valid('query');
    const onEnd = streams.enter(caller);
    try {
      const file = await openMedia(media, caller, { sessionId, messageId, chatKey });
      const plan = planResponse(file, {
        range: c.req.header('range'),
        ifRange: c.req.header('if-range'),
        ifNoneMatch: c.req.header('if-none-match'),
      });
      for (const [name, value] of Object.entries(plan.headers)) c.header(name, value);
      // HEAD is handled like GET, but no one would read the stream.
      if (!('range' in plan) || c.req.raw.method === 'HEAD') {
        onEnd();
        return c.body(null, plan.status);
      }
      return c.body(await openStream(file, plan.range), plan.status);
    } catch (error) {
      onEnd();
      throw error;
    }

    async function openStream(opened: OpenMedia, range: ByteRange) {
      const bytes = await opened.read(range);
      const onFault = (err: unknown) => logger.error({ err, messageId }, 'a file was interrupted');
      return streamBytes(bytes, { onFault, onEnd });
    }
  });

  return router;
}
