import type { Caller } from '../../../domain/access/caller.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { type Incoming, storeUpload, type Upload } from './store-upload.ts';

/**
 * Stores a file that a caller wants to send from a session, for a day.
 * @throws {AppError} `session_not_found`, `forbidden`; and as `storeUpload`.
 */
export async function takeUpload(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  open: () => Promise<Incoming>,
): Promise<Upload> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const upload = await storeUpload(ctx.media, session, await open());
  const line = { action: 'file_upload', sessionId, details: upload.mimeType } as const;
  await ctx.whatsapp.activity
    .audit(caller, { ...line, status: 'success' })
    .catch((err: unknown) => {
      ctx.logger.error({ err, sessionId }, 'activity row lost');
    });
  return upload;
}
