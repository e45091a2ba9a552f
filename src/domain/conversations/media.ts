import type { MediaContent, MessageContent } from './message-content.ts';
import type { OutgoingContent } from './outgoing.ts';

/** Whether a file is being fetched, can be read, or is no longer anywhere. */
export type MediaState = 'fetching' | 'stored' | 'gone';

const MEDIA_TYPES: ReadonlySet<string> = new Set<MediaContent['type']>([
  'image',
  'video',
  'audio',
  'document',
  'sticker',
]);

export function isMedia(content: MessageContent | OutgoingContent): content is MediaContent {
  return MEDIA_TYPES.has(content.type);
}

/** Types that are sent as they are. All others, such as pages and scripts, are sent as plain bytes. */
const HARMLESS =
  /^(?:image\/(?!svg)[\w.+-]+|(?:audio|video)\/[\w.+-]+|application\/(?:pdf|zip|ogg))$/;

export const PLAIN_BYTES = 'application/octet-stream';

/** The content type under which a file is served. */
export function toServedType(mimeType: string | undefined): string {
  return mimeType !== undefined && HARMLESS.test(mimeType) ? mimeType : PLAIN_BYTES;
}
