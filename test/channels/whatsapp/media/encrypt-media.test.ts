import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { decryptMedia } from '../../../../src/channels/whatsapp/media/decrypt-media.ts';
import {
  encryptMedia,
  measureMedia,
} from '../../../../src/channels/whatsapp/media/encrypt-media.ts';
import { mediaKinds } from '../../../../src/domain/conversations/outgoing-media.ts';
import { openMedia } from '../../../support/whatsapp-lab/media/media-cipher.ts';

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each(mediaKinds)('encrypts a file of the kind %s as phones read it', async (type) => {
  for (const size of [1, 15, 16, 17, 100_000]) {
    const bytes = randomBytes(size);
    const mediaKey = randomBytes(32);
    const measured = await measureMedia(pieces(bytes, 1000), { type, mediaKey });
    const blob = await buffer(encryptMedia(pieces(bytes, 4096), { type, mediaKey }));
    expect(blob.length).toBe(measured.encryptedBytes);
    const reference = { mediaKey, fileSha256: measured.sha256, fileEncSha256: measured.encSha256 };
    expect(openMedia(blob, { kind: type, ...reference }).equals(bytes)).toBe(true);
    const keys = {
      mediaKey: mediaKey.toString('base64'),
      encSha256: measured.encSha256.toString('base64'),
      sha256: createHash('sha256').update(bytes).digest('base64'),
    };
    const plain = decryptMedia(pieces(blob, 333), { type, keys, mostBytes: size });
    expect((await buffer(plain)).equals(bytes)).toBe(true);
  }
});
