import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { removeOrphanedMedia } from '../../../../src/services/conversations/media/remove-media.ts';
import { startS3Server } from '../../../support/s3-server.ts';
import { startMediaLab } from '../../../support/whatsapp/media-lab.ts';

it('keeps files in a bucket, sealed, and deletes them there', async () => {
  const server = await startS3Server();
  const { endpoint, bucket, region, prefix, accessKeyId, secretAccessKey } = server.settings;
  const m = await startMediaLab('sqlite', {
    MEDIA_S3_ENDPOINT: endpoint,
    MEDIA_S3_BUCKET: bucket,
    MEDIA_S3_REGION: region,
    MEDIA_S3_PREFIX: prefix,
    MEDIA_S3_ACCESS_KEY_ID: accessKeyId,
    MEDIA_S3_SECRET_ACCESS_KEY: secretAccessKey,
  });
  const bytes = randomBytes(150_000);
  const id = await m.lab.addPhone().sendImage(m.owner.pn, bytes);
  await m.untilStored(id);
  for (const range of ['bytes=0-149999', 'bytes=70000-80000']) {
    const response = await m.get(id, { range });
    const [start, end] = range.slice('bytes='.length).split('-').map(Number);
    const wanted = bytes.subarray(start, (end ?? 0) + 1);
    expect(Buffer.from(await response.arrayBuffer()).equals(wanted)).toBe(true);
  }
  const [object] = server.objects.values();
  expect(object?.length).toBeGreaterThan(bytes.length);
  expect(object?.includes(bytes.subarray(100, 164))).toBe(false);
  expect((await m.readFolder()).size).toBe(0);
  await m.h.database.statements.change(`DELETE FROM "messages"`, []);
  await removeOrphanedMedia(m.h.media);
  expect(server.objects.size).toBe(0);
  await m.close();
  await server.close();
});
