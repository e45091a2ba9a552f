import { api } from '../../../lib/api.ts';
import type { UploadedFile } from '../../../lib/types.ts';

/** The types that phones show in the chat. Other files are sent as documents. */
const TYPES: Readonly<Record<string, 'image' | 'video' | 'audio'>> = {
  'image/jpeg': 'image',
  'image/png': 'image',
  'video/mp4': 'video',
  'audio/mpeg': 'audio',
  'audio/mp4': 'audio',
  'audio/ogg': 'audio',
};

/** Uploads a file, whose type the API reads from its bytes. Returns the fields of the message that sends it. `path` is that of the session. @throws {Failure} */
export async function uploadFile(path: string, file: File) {
  const uploaded = await api<UploadedFile>(`${path}/media`, { method: 'POST', body: file });
  const { mediaId } = uploaded;
  const type = TYPES[uploaded.mimeType] ?? 'document';
  return { type, mediaId, ...(type === 'document' && { fileName: file.name }) };
}

const KEY_BYTES = 16;

/** Names one attempt to send, so that a repeated request sends nothing twice. */
export function drawKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
