import type { HttpBindings } from '@hono/node-server';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ConversationContext } from '../../../../services/conversations/context.ts';
import { tooLarge, type Upload } from '../../../../services/conversations/uploads/store-upload.ts';
import { takeUpload } from '../../../../services/conversations/uploads/take-upload.ts';
import type { HttpEnv } from '../../../http-env.ts';
import { discard } from '../../../middleware/limit-body.ts';
import { operation } from '../../../openapi/operation.ts';
import { readFile } from '../../../read-file.ts';
import { createRouter } from '../../../router.ts';
import { answer, success } from '../../schemas/envelope.ts';
import { readSessionPath } from '../../session-names.ts';
import { SessionParams } from '../../sessions/session-schemas.ts';
import { MediaId } from '../send-schemas.ts';

type Dependencies = { readonly conversations: ConversationContext };

const UploadedFile = z
  .object({
    mediaId: MediaId,
    mimeType: z.string().openapi({
      description: 'What the bytes look like, or else what the request states',
      example: 'image/jpeg',
    }),
    size: z.int().describe('In bytes'),
    sha256: z.string().describe('SHA-256 of the file, in hexadecimal digits'),
    expiresAt: z.iso.datetime().describe('Until when it can be sent'),
  })
  .openapi('UploadedFile', { description: 'A file that can be sent.' });

/** Takes files that are to be sent. */
export function uploadRoutes({ conversations }: Dependencies) {
  const router = createRouter();

  const route = operation({
    method: 'post',
    path: '/{id}/media',
    operationId: 'uploadMedia',
    tag: 'Conversations',
    summary: 'Upload a file',
    description:
      'Stores a file, encrypted, so that `POST /api/sessions/{id}/messages` can send it by its `mediaId`, as often as needed within a day. The body is the file, or a form with the file in the field `file`. It may have up to `MEDIA_MAX_MB`, and must arrive within 15 seconds. Files are not scanned for malware.',
    params: SessionParams,
    takesFile: true,
    answers: { 201: answer(UploadedFile, 'The file is stored') },
    fails: ['session_not_found'],
    meanings: {
      payload_too_large: 'The file is larger than `MEDIA_MAX_MB`.',
      unsupported_media_type: 'The body is compressed.',
    },
  });
  router.openapi(route, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const { incoming } = c.env as HttpBindings;
    try {
      const upload = await takeUpload(conversations, caller, sessionId, async () => {
        assertIsNotTooLarge(c, conversations.media.mostBytes);
        return readFile(incoming);
      });
      return c.json(success('File stored', present(upload)), 201);
    } catch (error) {
      // A client that still sends would not read the response.
      c.header('Connection', 'close');
      if (!incoming.complete && !incoming.destroyed) await discard(incoming);
      throw error;
    }
  });

  return router;
}

/** @throws {AppError} `payload_too_large` before anything was read, if the request says how much will come. */
function assertIsNotTooLarge(c: Context<HttpEnv>, mostBytes: number): void {
  const isForm = c.req.header('content-type')?.startsWith('multipart/') === true;
  if (!isForm && Number(c.req.header('content-length') ?? 0) > mostBytes) throw tooLarge(mostBytes);
}

function present({ mediaId, mimeType, sizeBytes, sha256, expiresAt }: Upload) {
  return { mediaId, mimeType, size: sizeBytes, sha256, expiresAt: expiresAt.toISOString() };
}
