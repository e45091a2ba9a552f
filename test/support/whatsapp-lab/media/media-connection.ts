import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { Companion } from '../companion.ts';
import type { Query } from '../queries/query.ts';
import { gcmOpen, gcmSeal } from '../wire/crypto.ts';
import { child, getBytes, node, type Stanza, seconds } from '../wire/nodes.ts';
import type { World } from '../world.ts';
import { retryKeyOf } from './media-cipher.ts';

const { ResultType } = proto.MediaRetryNotification;
const LONGEST = '104857600';
const LIFE_SECONDS = '300';

/** Where files go, and the word that opens the door. */
export function answerMediaConnection({ world, connection, iq }: Query): void {
  const { media } = world;
  if (!media) {
    connection.error(iq, 503, 'this lab has no media: start it with { media: true }');
    return;
  }
  const { uploadHost } = world.faults.media ?? {};
  const names = [...(uploadHost === undefined ? [] : [uploadHost]), media.host];
  const hosts = names.map((hostname) =>
    node('host', { hostname, maxContentLengthBytes: LONGEST, type: 'primary' }),
  );
  const attributes = { auth: media.auth, ttl: LIFE_SECONDS, auth_ttl: '21600', max_buckets: '12' };
  connection.result(iq, [node('media_conn', attributes, hosts)]);
}

/** A device found a file gone and asks its own phone, which puts it there again. */
export function answerMediaRetry(world: World, companion: Companion, receipt: Stanza): void {
  const id = receipt.attrs['id'] ?? '';
  const { reupload } = world.faults.media ?? {};
  const rmr = child(receipt, 'rmr');
  const file = world.files.get(id);
  if (reupload === 'silent' || !rmr || !world.media) return;
  const attributes = { from: world.get(companion.user).jid, type: 'mediaretry', id, t: seconds() };
  if (!file) {
    const error = node('error', { code: String(ResultType.NOT_FOUND) });
    companion.post(node('notification', attributes, [error, rmr]));
    return;
  }
  const key = retryKeyOf(file.mediaKey);
  const aad = Buffer.from(id);
  const request = child(receipt, 'encrypt');
  gcmOpen({ key, iv: getBytes(request, 'enc_iv'), aad }, getBytes(request, 'enc_p'));
  const found = reupload !== 'not_found';
  const directPath = found ? world.media.put(file.kind, file.blob).directPath : '';
  const result = found ? ResultType.SUCCESS : ResultType.NOT_FOUND;
  const answer = proto.MediaRetryNotification.encode({ stanzaId: id, directPath, result }).finish();
  const iv = randomBytes(12);
  const encrypted = node('encrypt', {}, [
    node('enc_p', {}, gcmSeal({ key, iv, aad }, answer)),
    node('enc_iv', {}, iv),
  ]);
  companion.post(node('notification', attributes, [encrypted, rmr]));
}
