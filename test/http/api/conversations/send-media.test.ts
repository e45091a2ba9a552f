import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  removeExpiredMedia,
  removeOrphanedMedia,
} from '../../../../src/services/conversations/media/remove-media.ts';
import { createConversationCalls } from '../../../support/conversations/conversation-calls.ts';
import { sampleFile } from '../../../support/conversations/sample-files.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { type MediaLab, startMediaLab } from '../../../support/whatsapp/media-lab.ts';
import type { Phone } from '../../../support/whatsapp-lab/lab.ts';

const SESSION = 'support';
const MEDIA = `/api/sessions/${SESSION}/media`;

let m: MediaLab;
let calls: ReturnType<typeof createConversationCalls>;
let server: Server;
/** What the server of the URLs responds: a file, or a place to go to. */
let served: { readonly bytes?: Buffer; readonly location?: string; readonly length?: number };
let base: string;

beforeAll(async () => {
  m = await startMediaLab('sqlite', { MEDIA_MAX_MB: '18', MEDIA_ALLOWED_NETWORKS: '127.0.0.1' });
  calls = createConversationCalls(m.h, SESSION);
  await setUse('both');
  server = createServer((_, response) => {
    const { bytes = Buffer.alloc(0), location, length = bytes.length } = served;
    if (location !== undefined) response.writeHead(302, { location }).end();
    else {
      response.writeHead(200, { 'content-length': length, 'content-type': 'image/png' });
      response.end(bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  m.lab.faults = {};
  expect(m.lab.unhandled).toEqual([]);
});
afterAll(async () => {
  server.close();
  await m.close();
});

const setUse = (use: string) => m.h.client.patch(`/api/sessions/${SESSION}`, { use });

const upload = (body: Buffer, headers: Record<string, string> = {}) =>
  m.h.client.call({
    method: 'POST',
    path: MEDIA,
    body,
    headers: { 'x-api-key': API_KEY, ...headers },
  });

async function uploaded(bytes: Buffer, type = 'application/octet-stream'): Promise<string> {
  const { body } = await upload(bytes, { 'content-type': type });
  return String(body.data?.['mediaId']);
}

const uploads = () => m.lab.media().requests.filter(({ method }) => method === 'POST').length;

async function send(to: Phone, body: object) {
  const { body: answer } = await calls.send({ to: to.number, ...body });
  expect(answer).toMatchObject({ success: true });
  return String(answer.data?.['messageId']);
}

const kinds = [
  ['image', 'jpeg', { caption: 'A cat' }, { mimetype: 'image/jpeg', caption: 'A cat' }],
  ['video', 'mp4', { seconds: 7 }, { mimetype: 'video/mp4', seconds: 7 }],
  ['audio', 'opus', { voice: true }, { mimetype: 'audio/ogg; codecs=opus', ptt: true }],
  [
    'document',
    'pdf',
    { fileName: 'Menu.pdf' },
    { mimetype: 'application/pdf', fileName: 'Menu.pdf' },
  ],
  ['sticker', 'webp', {}, { mimetype: 'image/webp' }],
] as const;

describe('a file that an application sends', () => {
  it.each(kinds)(
    'of the kind %s arrives and can be read here',
    async (type, file, extras, seen) => {
      const alice = m.lab.addPhone();
      const bytes = sampleFile(file);
      const { status, body } = await upload(bytes);
      expect([status, body.data]).toMatchObject([201, { size: bytes.length }]);
      const messageId = await send(alice, { type, mediaId: body.data?.['mediaId'], ...extras });
      const message = await alice.nextMessage();
      expect(message).toMatchObject({ id: messageId, kind: type });
      expect(message.content[`${type}Message`]).toMatchObject(seen);
      expect(alice.openMedia(message).equals(bytes)).toBe(true);
      const { sizeBytes } = (await calls.get(messageId))['content'] as { sizeBytes: number };
      expect(sizeBytes).toBe(bytes.length);
      const before = m.lab.media().requests.length;
      const own = await m.get(messageId);
      expect(Buffer.from(await own.arrayBuffer()).equals(bytes)).toBe(true);
      expect(m.lab.media().requests.length).toBe(before);
    },
  );

  it('can come in a form', async () => {
    const form = new FormData();
    form.append('note', 'skipped');
    form.append('file', new Blob(['a;b\n1;2\n'], { type: 'text/csv' }), 'list.csv');
    const response = await fetch(`${m.h.url}${MEDIA}`, {
      ...{ method: 'POST', body: form, headers: { 'x-api-key': API_KEY } },
    });
    const { data } = (await response.json()) as { data: Record<string, unknown> };
    expect([response.status, data]).toMatchObject([201, { mimeType: 'text/csv', size: 8 }]);
    const alice = m.lab.addPhone();
    await send(alice, { type: 'document', mediaId: data['mediaId'], fileName: 'list.csv' });
    expect(alice.openMedia(await alice.nextMessage()).toString()).toBe('a;b\n1;2\n');
  });

  it('is taken to WhatsApp once for many recipients, and sealed on the disk', async () => {
    const bytes = sampleFile('jpeg');
    const mediaId = await uploaded(bytes);
    const part = bytes.subarray(1000, 1064);
    const files = [...(await m.readFolder()).values()];
    expect(files.some((file) => file.includes(part))).toBe(false);
    const before = uploads();
    for (const phone of [m.lab.addPhone(), m.lab.addPhone()]) {
      await send(phone, { type: 'image', mediaId });
      expect(phone.openMedia(await phone.nextMessage()).equals(bytes)).toBe(true);
    }
    expect(uploads()).toBe(before + 1);
  });

  it('is sent once for one Idempotency-Key', async () => {
    const alice = m.lab.addPhone();
    const body = { to: alice.number, type: 'image', mediaId: await uploaded(sampleFile('jpeg')) };
    const headers = { 'idempotency-key': 'picture-1' };
    const [first, second] = [await calls.send(body, headers), await calls.send(body, headers)];
    expect(second.body.data).toEqual(first.body.data);
    expect(alice.inbox).toHaveLength(1);
  });

  it('can answer a message, be answered and be forwarded', async () => {
    const [alice, bob] = [m.lab.addPhone(), m.lab.addPhone()];
    const asked = await alice.sendText(m.owner.pn, 'the menu?');
    await calls.untilStored(asked);
    const bytes = sampleFile('jpeg');
    const mediaId = await uploaded(bytes);
    const picture = await send(alice, { type: 'image', mediaId, caption: 'Here', replyTo: asked });
    const answer = await alice.nextMessage();
    expect(answer.content.imageMessage?.contextInfo).toMatchObject({ stanzaId: asked });
    await send(alice, { text: 'Anything else?', replyTo: picture });
    const quoting = await alice.nextMessage();
    expect(quoting.content.extendedTextMessage?.contextInfo).toMatchObject({
      ...{ stanzaId: picture, quotedMessage: { imageMessage: { caption: 'Here' } } },
    });
    const received = await alice.sendImage(m.owner.pn, bytes, { caption: 'Mine' });
    await calls.untilStored(received);
    for (const id of [picture, received]) {
      expect((await calls.act(id, 'forward', { to: bob.number })).status).toBe(200);
      const forwarded = await bob.nextMessage();
      expect(forwarded.content.imageMessage?.contextInfo?.isForwarded).toBe(true);
      expect(bob.openMedia(forwarded).equals(bytes)).toBe(true);
    }
  });

  it('can be fetched from a URL, through redirects', async () => {
    const alice = m.lab.addPhone();
    const bytes = sampleFile('pdf');
    served = { bytes };
    await send(alice, { type: 'document', url: `${base}/files/Menu.pdf` });
    const message = await alice.nextMessage();
    expect(message.content.documentMessage).toMatchObject({
      ...{ fileName: 'Menu.pdf', mimetype: 'application/pdf' },
    });
    expect(alice.openMedia(message).equals(bytes)).toBe(true);
  });
});

describe('a file is refused', () => {
  const refused = async (body: object) => {
    const alice = m.lab.addPhone();
    const { status, body: answer } = await calls.send({ to: alice.number, ...body });
    expect(alice.inbox).toEqual([]);
    return [status, answer.code, answer.errors?.[0]?.path];
  };
  const invalid = (path: string) => [400, 'validation_failed', path];

  it('from another place than the internet', async () => {
    const urls = ['file:///etc/passwd', '/etc/passwd', 'https://10.0.0.1/', 'https://[::1]/'];
    for (const url of urls) expect(await refused({ type: 'image', url })).toEqual(invalid('url'));
    for (const location of ['https://10.0.0.1/a.png', 'file:///etc/passwd', `${base}/loop`]) {
      served = { location };
      expect(await refused({ type: 'image', url: base })).toEqual(invalid('url'));
    }
  });

  it('from a URL that lies about its size, or has a page', async () => {
    served = { bytes: sampleFile('jpeg'), length: 3_000_000_000 };
    const tooLarge = [413, 'payload_too_large', undefined];
    expect(await refused({ type: 'image', url: base })).toEqual(tooLarge);
    served = { bytes: sampleFile('jpeg', 5 * 1024 * 1024 + 1) };
    expect(await refused({ type: 'image', url: base })).toEqual(tooLarge);
    served = { bytes: Buffer.from('<html><script>alert(1)</script>') };
    expect(await refused({ type: 'image', url: base })).toEqual(invalid('type'));
    server.closeAllConnections();
    expect(await refused({ type: 'image', url: 'http://127.0.0.1:1024/' })).toEqual([
      ...[503, 'media_unavailable', undefined],
    ]);
  });

  it('as something that its bytes are not', async () => {
    const page = await uploaded(Buffer.from('<html></html>'), 'image/png');
    const svg = await uploaded(
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'image/svg+xml',
    );
    const picture = await uploaded(sampleFile('jpeg'));
    const pairs = [
      ...[page, svg].flatMap((mediaId) =>
        ['image', 'sticker', 'video'].map((type) => ({ type, mediaId })),
      ),
      { type: 'audio', mediaId: picture },
      { type: 'sticker', mediaId: picture },
    ];
    for (const body of pairs) expect(await refused(body)).toEqual(invalid('type'));
    const song = { type: 'audio', mediaId: await uploaded(sampleFile('mp3')) };
    expect(await refused({ ...song, voice: true })).toEqual(invalid('voice'));
    const alice = m.lab.addPhone();
    await send(alice, { type: 'document', mediaId: page, fileName: 'page.html' });
    expect(alice.openMedia(await alice.nextMessage()).toString()).toBe('<html></html>');
  });

  it('if it is too large for its kind, or for a session with codes', async () => {
    const large = await uploaded(sampleFile('jpeg', 5 * 1024 * 1024 + 1));
    expect(await refused({ type: 'image', mediaId: large })).toEqual([
      ...[422, 'media_too_large', undefined],
    ]);
    const long = await uploaded(sampleFile('mp4', 16 * 1024 * 1024 + 1));
    expect((await refused({ type: 'video', mediaId: long }))[1]).toBe('media_too_large');
    await setUse('passcodes');
    const [over, under] = [1024 * 1024 + 1, 1024 * 1024].map((size) => sampleFile('pdf', size));
    const mediaId = await uploaded(over ?? Buffer.alloc(0));
    expect(await refused({ type: 'document', mediaId })).toEqual([409, 'session_use', undefined]);
    await send(m.lab.addPhone(), {
      type: 'document',
      mediaId: await uploaded(under ?? Buffer.alloc(0)),
    });
    await setUse('both');
  });

  it('if the request is not complete', async () => {
    const mediaId = await uploaded(sampleFile('jpeg'));
    expect(await refused({ type: 'image' })).toEqual(invalid('mediaId'));
    expect(await refused({ type: 'image', mediaId, url: base })).toEqual(invalid('url'));
    expect(await refused({ type: 'image', mediaId, voice: true })).toEqual(invalid('voice'));
    expect(await refused({ type: 'image', mediaId, text: 'x' })).toEqual(invalid('text'));
    expect(await refused({ text: 'x', mediaId })).toEqual(invalid('mediaId'));
    expect(await refused({ type: 'image', mediaId: 'x'.repeat(32) })).toEqual(invalid('mediaId'));
    const named = { type: 'document', mediaId, fileName: '../../etc/passwd' };
    expect(await refused(named)).toEqual(invalid('fileName'));
  });

  it('when it is uploaded empty, compressed, too large, to no session or without a scope', async () => {
    const before = (await m.readFolder()).size;
    const [rows] = await m.h.database.statements.select(
      'SELECT COUNT(*) AS "n" FROM "media_uploads"',
      [],
    );
    expect((await upload(Buffer.alloc(0))).body.errors?.[0]?.path).toBe('file');
    expect((await upload(sampleFile('pdf'), { 'content-encoding': 'gzip' })).status).toBe(415);
    const large = Buffer.alloc(18 * 1024 * 1024 + 1);
    expect((await upload(large)).body.code).toBe('payload_too_large');
    const chunked = await upload(large, { 'transfer-encoding': 'chunked' });
    expect(chunked.body.code).toBe('payload_too_large');
    const form = { 'content-type': 'multipart/form-data; boundary=x' };
    const empty = Buffer.from(
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    );
    expect((await upload(empty, form)).body.errors?.[0]?.path).toBe('file');
    expect((await upload(Buffer.from('no form'), form)).status).toBe(400);
    const path = '/api/sessions/other/media';
    const headers = { 'x-api-key': API_KEY };
    const elsewhere = await m.h.client.call({
      method: 'POST',
      path,
      headers,
      body: Buffer.from('x'),
    });
    expect(elsewhere.body.code).toBe('session_not_found');
    expect((await m.readFolder()).size).toBe(before);
    expect(
      await m.h.database.statements.select('SELECT COUNT(*) AS "n" FROM "media_uploads"', []),
    ).toEqual([rows]);
  });
});

describe('when WhatsApp does not take a file', () => {
  it('says why, stores no message, and can be tried again', async () => {
    const alice = m.lab.addPhone();
    const body = { to: alice.number, type: 'image', mediaId: await uploaded(sampleFile('jpeg')) };
    m.lab.faults = { media: { uploadStatus: 500 } };
    const { status, body: failed } = await calls.send(body);
    expect([status, failed.code]).toEqual([503, 'media_unavailable']);
    expect(failed.message).toContain('500');
    expect(await calls.list(`messages?chat=${encodeURIComponent(alice.number)}`)).toEqual([]);
    m.lab.faults = {};
    expect((await calls.send(body)).status).toBe(200);
  });

  it('asks for another permission, and another host', async () => {
    const alice = m.lab.addPhone();
    m.lab.media().renewAuth();
    const first = sampleFile('jpeg');
    await send(alice, { type: 'image', mediaId: await uploaded(first) });
    expect(alice.openMedia(await alice.nextMessage()).equals(first)).toBe(true);
    m.lab.faults = { media: { uploadHost: '127.0.0.1:1' } };
    m.lab.media().renewAuth();
    const second = sampleFile('jpeg');
    await send(alice, { type: 'image', mediaId: await uploaded(second) });
    expect(alice.openMedia(await alice.nextMessage()).equals(second)).toBe(true);
  });

  it('reports a file that was changed on the disk', async () => {
    const before = await m.readFolder();
    const mediaId = await uploaded(sampleFile('jpeg'));
    const [path] = [...(await m.readFolder()).keys()].filter((name) => !before.has(name));
    await writeFile(path ?? '', randomBytes(20_016));
    const { status } = await calls.send({ to: m.lab.addPhone().number, type: 'image', mediaId });
    expect(status).toBe(500);
  });
});

it('is deleted after a day, and with its session', async () => {
  const { client } = m.h;
  await client.post('/api/sessions', { sessionId: 'gone' });
  const headers = { 'x-api-key': API_KEY };
  const path = '/api/sessions/gone/media';
  const { body } = await client.call({ method: 'POST', path, headers, body: sampleFile('pdf') });
  const draft = { to: m.lab.addPhone().number, type: 'document', mediaId: body.data?.['mediaId'] };
  const unlinked = await client.post('/api/sessions/gone/messages', draft);
  expect(unlinked.body.code).toBe('session_not_connected');
  const before = (await m.readFolder()).size;
  await client.delete('/api/sessions/gone');
  await removeOrphanedMedia(m.h.media);
  expect((await m.readFolder()).size).toBe(before - 1);
  const mediaId = await uploaded(sampleFile('jpeg'));
  m.h.advance(86_401);
  const late = await calls.send({ to: m.lab.addPhone().number, type: 'image', mediaId });
  expect(late.body.errors?.[0]?.path).toBe('mediaId');
  await removeExpiredMedia(m.h.media);
  expect((await m.readFolder()).size).toBe(0);
});
