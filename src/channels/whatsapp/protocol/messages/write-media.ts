import type { MediaContent } from '../../../../domain/conversations/message-content.ts';
import type { proto } from '../baileys.ts';

/** Where phones fetch files. The message has the path as well, which they use. */
const MEDIA_URL = 'https://mmg.whatsapp.net';

/** The message of a file that is on WhatsApp already. */
export function toMediaMessage(
  content: MediaContent,
  contextInfo: proto.IContextInfo | undefined,
): proto.IMessage {
  const { type, caption, seconds, fileName, isVoice } = content;
  const file = { ...toFile(content), ...(contextInfo && { contextInfo }) };
  switch (type) {
    case 'image':
      return { imageMessage: { ...file, ...(caption && { caption }) } };
    case 'video':
      return {
        videoMessage: { ...file, ...(caption && { caption }), ...(seconds && { seconds }) },
      };
    case 'audio':
      return {
        audioMessage: { ...file, ptt: isVoice === true, ...(seconds && { seconds }) },
      };
    case 'sticker':
      return { stickerMessage: file };
    default:
      return {
        documentMessage: {
          ...{ ...file, fileName: fileName ?? 'file', title: fileName ?? 'file' },
          ...(caption && { caption }),
        },
      };
  }
}

function toFile({ mimeType, sizeBytes, keys }: MediaContent) {
  const { mediaKey, directPath, encSha256, sha256 } = keys;
  return {
    url: `${MEDIA_URL}${directPath}`,
    directPath,
    mimetype: mimeType,
    fileLength: sizeBytes,
    mediaKey: Buffer.from(mediaKey, 'base64'),
    fileEncSha256: Buffer.from(encSha256, 'base64'),
    fileSha256: Buffer.from(sha256, 'base64'),
    mediaKeyTimestamp: Math.floor(Date.now() / 1000),
  };
}

/** What is shown of a file that a message answers. */
export function toQuotedMedia(type: MediaContent['type'], caption: string): proto.IMessage {
  const shown = caption === '' ? {} : { caption };
  switch (type) {
    case 'image':
      return { imageMessage: shown };
    case 'video':
      return { videoMessage: shown };
    case 'audio':
      return { audioMessage: {} };
    case 'sticker':
      return { stickerMessage: {} };
    default:
      return { documentMessage: shown };
  }
}
