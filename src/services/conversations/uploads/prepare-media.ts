import type { MediaContent } from '../../../domain/conversations/message-content.ts';
import {
  isSendableAs,
  type MediaKind,
  MOST_BYTES_BESIDE_CODES,
  mostBytesOf,
  toVoiceType,
  typesOf,
} from '../../../domain/conversations/outgoing-media.ts';
import type { SessionUse } from '../../../domain/conversations/session-settings.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import type { MediaContext } from '../media/context.ts';
import { fetchUpload } from './fetch-upload.ts';
import { getUpload } from './find-upload.ts';
import { placeUpload } from './place-upload.ts';
import type { Upload } from './store-upload.ts';

/** A file to send: one that was uploaded, or one to fetch. */
export type MediaDraft = {
  readonly type: MediaKind;
  readonly source: { readonly mediaId: string } | { readonly url: string };
  readonly caption?: string | undefined;
  /** Of a document: its name, and what to call its type. */
  readonly fileName?: string | undefined;
  readonly mimeType?: string | undefined;
  /** The duration of audio or video, as it is shown before it is played. */
  readonly seconds?: number | undefined;
  readonly isVoice?: boolean | undefined;
};

export type PreparedMedia = { readonly content: MediaContent; readonly mediaId: string };

const MEBIBYTE = 1024 * 1024;
const LONGEST_NAME = 200;

/**
 * Makes a file ready to be sent: finds or fetches it, checks that it is what it should be, and takes it to WhatsApp.
 * @throws {AppError} `validation_failed`, `payload_too_large`, `media_too_large`, `session_use`, `media_unavailable`,
 * `media_elsewhere`, `overloaded`.
 * @throws {ChannelError} if the session is not connected.
 */
export async function prepareMedia(
  ctx: MediaContext,
  session: StoredSession,
  draft: MediaDraft,
): Promise<PreparedMedia> {
  const { type, source } = draft;
  const upload =
    'mediaId' in source
      ? await getUpload(ctx, session, source.mediaId)
      : await fetchUpload(ctx, session, {
          url: source.url,
          mostBytes: mostBytesOf(type, ctx.mostBytes),
        });
  assertFits(ctx, upload, type);
  assertMayCarry(session.usedFor, upload.sizeBytes);
  const mimeType = toSentType(upload, draft);
  const keys = await placeUpload(ctx, upload, type);
  return { content: toContent(draft, { ...upload, mimeType }, keys), mediaId: upload.mediaId };
}

/** @throws {AppError} `session_use` for a file that codes of the session would have to wait for. */
export function assertMayCarry(use: SessionUse, sizeBytes: number): void {
  if (use !== 'passcodes' || sizeBytes <= MOST_BYTES_BESIDE_CODES) return;
  throw new AppError(
    'session_use',
    'This session is for codes, and sends no files of more than 1 MB. Set `use` to `both` or `conversations`.',
  );
}

function assertFits({ mostBytes }: MediaContext, upload: Upload, kind: MediaKind): void {
  const { mimeType, sizeBytes } = upload;
  if (!isSendableAs(kind, mimeType)) {
    const types = typesOf(kind)?.join(', ') ?? '';
    throw invalidField(
      'type',
      `must be document for a file of type ${mimeType}: ${kind} is for ${types}`,
    );
  }
  const most = mostBytesOf(kind, mostBytes);
  if (sizeBytes <= most) return;
  throw new AppError(
    'media_too_large',
    `A file of type ${kind} may have at most ${Math.floor(most / MEBIBYTE)} MB`,
  );
}

/** Documents are shown by their name and called what the caller calls them; of others, the bytes decide. */
function toSentType({ mimeType: found }: Upload, { type, mimeType, isVoice }: MediaDraft): string {
  if (type === 'document') return mimeType ?? found;
  if (!isVoice) return found;
  const voiceType = toVoiceType(found);
  if (voiceType) return voiceType;
  throw invalidField(
    'voice',
    `must be false for a file of type ${found}: voice messages are audio/ogg`,
  );
}

function toContent(
  { type, source, caption, seconds, isVoice, ...draft }: MediaDraft,
  { mimeType, sizeBytes }: Upload,
  keys: MediaContent['keys'],
): MediaContent {
  const named = draft.fileName ?? ('url' in source ? findName(source.url) : undefined);
  const fileName = type === 'document' ? (named ?? 'file') : undefined;
  return {
    ...{ type, mimeType, sizeBytes },
    ...(fileName !== undefined && { fileName }),
    ...(caption && { caption }),
    ...(seconds && { seconds }),
    ...(isVoice && { isVoice }),
    keys,
  };
}

/** The last part of the path of a URL, if it is a name. */
function findName(url: string): string | undefined {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return /^[\w.() -]+$/.test(last) ? last.slice(0, LONGEST_NAME) : undefined;
}
