import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  removeExpiredMedia,
  removeOrphanedMedia,
} from '../../../../src/services/conversations/media/remove-media.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { type MediaLab, startMediaLab } from '../../../support/whatsapp/media-lab.ts';
import type { Phone } from '../../../support/whatsapp-lab/lab.ts';
import type { MediaFaults } from '../../../support/whatsapp-lab/media/media-faults.ts';

const JPEG = Buffer.from('ffd8ffe000104a46494600010101', 'hex');
const image = (size = 150_000) => Buffer.concat([JPEG, randomBytes(size)]);

/** What is asked of the media host for files. */
const downloads = ({ lab }: MediaLab) =>
  lab.media().requests.filter(({ method }) => method === 'GET').length;

onEveryDatabase('the file of a message on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let m: MediaLab;
  let alice: Phone;

  beforeAll(async () => {
    m = await startMediaLab(dialect);
    alice = m.lab.addPhone();
  });
  afterEach(() => {
    m.lab.faults = {};
  });
  afterAll(() => m.close());

  async function receive(bytes: Buffer, options: Parameters<Phone['sendImage']>[2] = {}) {
    const id = await alice.sendImage(m.owner.pn, bytes, options);
    await m.untilStored(id);
    return id;
  }

  async function sessionId(): Promise<string> {
    const [row] = await m.h.database.statements.select(`SELECT "sessionId" FROM "sessions"`, []);
    return String(row?.['sessionId']);
  }

  const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

  itOnOne('is fetched when it is asked for, and kept sealed', async () => {
    const bytes = image();
    const before = downloads(m);
    const id = await receive(bytes, { fileName: 'x', mimetype: 'text/html' });
    expect(downloads(m)).toBe(before);
    for (let round = 0; round < 2; round += 1) {
      const response = await m.get(id);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/jpeg',
        'content-length': String(bytes.length),
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining('sandbox'),
        etag: `"${createHash('sha256').update(bytes).digest('hex')}"`,
      });
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    }
    expect(downloads(m)).toBe(before + 1);
    const files = [...(await m.readFolder()).values()];
    const part = bytes.subarray(1000, 1064);
    expect(files.some((file) => file.includes(part))).toBe(false);
    expect(files.length).toBeGreaterThan(0);
  });

  itOnOne('is read in parts, and not again if it is known', async () => {
    const bytes = image();
    const id = await receive(bytes);
    const part = await m.get(id, { range: 'bytes=65000-70000' });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 65000-70000/${bytes.length}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(65_000, 70_001))).toBe(true);
    const end = await m.get(id, { range: 'bytes=-10' });
    expect(Buffer.from(await end.arrayBuffer()).equals(bytes.subarray(-10))).toBe(true);
    expect((await m.get(id, { range: `bytes=${bytes.length}-` })).status).toBe(416);
    const etag = part.headers.get('etag') ?? '';
    expect((await m.get(id, { 'if-none-match': etag })).status).toBe(304);
    const other = await m.get(id, { range: 'bytes=0-1', 'if-range': '"other"' });
    expect(other.status).toBe(200);
    await other.arrayBuffer();
  });

  it('is fetched once for many callers', async () => {
    const bytes = image();
    const id = await receive(bytes);
    m.lab.faults = { media: { delayMs: 100 } };
    const before = downloads(m);
    const responses = await Promise.all(Array.from({ length: 6 }, () => m.get(id)));
    expect(responses.map(({ status }) => status)).toEqual(Array(6).fill(200));
    for (const response of responses) {
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    }
    expect(downloads(m)).toBe(before + 1);
  });

  const refused: [faults: MediaFaults, status: number, code: string][] = [
    [{ flipAt: 1000 }, 502, 'media_corrupt'],
    [{ truncateAt: 1000 }, 502, 'media_corrupt'],
    [{ contentLength: 3_000_000_000 }, 422, 'media_too_large'],
    [{ downloadStatus: 500 }, 503, 'media_unavailable'],
    [{ redirectTo: 'http://127.0.0.1:1/' }, 503, 'media_unavailable'],
  ];

  itOnOne.each(refused)(
    'is refused with %j, and nothing of it is kept',
    async (media, status, code) => {
      const bytes = image();
      const id = await receive(bytes);
      const before = (await m.readFolder()).size;
      m.lab.faults = { media };
      const response = await m.get(id);
      expect([response.status, await codeOf(response)]).toEqual([status, code]);
      expect((await m.readFolder()).size).toBe(before);
      m.lab.faults = {};
      const again = await m.get(id);
      expect(again.status).toBe(200);
      expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
    },
  );

  itOnOne('is refused if it is too large', async () => {
    const id = await receive(image(1_100_000));
    expect(await codeOf(await m.get(id))).toBe('media_too_large');
  });

  itOnOne('is uploaded again by the phone if it is gone', async () => {
    const bytes = image();
    const id = await receive(bytes, { claim: { directPath: '/v/t62.lab/image/gone' } });
    const response = await m.get(id);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  itOnOne('is gone if the phone does not have it either, and the phone is asked once', async () => {
    const id = await receive(image(), { claim: { directPath: '/v/t62.lab/image/gone' } });
    m.lab.faults = { media: { reupload: 'not_found' } };
    const response = await m.get(id);
    expect([response.status, await codeOf(response)]).toEqual([410, 'media_gone']);
    m.lab.faults = {};
    const before = downloads(m);
    expect((await m.get(id)).status).toBe(410);
    expect(downloads(m)).toBe(before);
    m.h.advance(3700);
    await removeExpiredMedia(m.h.media);
    const later = await m.get(id);
    expect(later.status).toBe(200);
    await later.arrayBuffer();
  });

  itOnOne('is fetched again if it is not in the folder of this node', async () => {
    const bytes = image();
    const before = await m.readFolder();
    const id = await receive(bytes);
    await (await m.get(id)).arrayBuffer();
    for (const path of (await m.readFolder()).keys()) if (!before.has(path)) await rm(path);
    const response = await m.get(id);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('is fetched by another caller if the node died that fetched it', async () => {
    const bytes = image();
    const id = await receive(bytes);
    const ref = { accountId: 'default', sessionId: await sessionId(), messageId: id };
    const [message] = await m.h.media.media.findMessages({ ...ref, chatKey: undefined });
    const now = m.h.now();
    await m.h.media.media.claim(
      {
        ...{ accountId: 'default', sessionId: ref.sessionId, messageRow: message?.id ?? 0 },
        ...{ claimId: 'dead', claimedUntil: new Date(now.getTime() + 1500) },
        ...{ storage: 'local', storageKey: `default/00/${'0'.repeat(32)}` },
        ...{ sealedKey: 'sealed', secretVersion: 'v' },
      },
      now,
    );
    const startedAt = performance.now();
    const response = await m.get(id);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
  });

  itOnOne('breaks off if it was changed on the disk', async () => {
    const bytes = image();
    const before = await m.readFolder();
    const id = await receive(bytes);
    await (await m.get(id)).arrayBuffer();
    const [path, sealed] = [...(await m.readFolder())].find(([name]) => !before.has(name)) ?? [];
    const changed = Buffer.from(sealed ?? '');
    changed[100_000] = (changed[100_000] ?? 0) ^ 1;
    await writeFile(path ?? '', changed);
    const response = await m.get(id);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  itOnOne('is deleted with its message, and when it has expired', async () => {
    const { change, select } = m.h.database.statements;
    const before = (await m.readFolder()).size;
    const [erased, old] = [await receive(image()), await receive(image())];
    for (const id of [erased, old]) await (await m.get(id)).arrayBuffer();
    expect((await m.readFolder()).size).toBe(before + 2);
    await change(`DELETE FROM "messages" WHERE "messageId" = $1`, [erased]);
    expect(await removeOrphanedMedia(m.h.media)).toBe(1);
    expect((await m.readFolder()).size).toBe(before + 1);
    expect((await m.get(erased)).status).toBe(404);
    m.h.advance(8 * 86_400);
    await removeExpiredMedia(m.h.media);
    expect((await m.readFolder()).size).toBe(0);
    expect(await select(`SELECT "id" FROM "media"`, [])).toEqual([]);
  });

  itOnOne('is not found for texts, unknown messages, and without the scope', async () => {
    const text = await alice.sendText(m.owner.pn, 'no file');
    await m.untilStored(text);
    expect((await m.get(text)).status).toBe(404);
    expect((await m.get('UNKNOWN')).status).toBe(404);
    expect((await m.get(text, { 'x-api-key': 'wrong' })).status).toBe(401);
  });

  itOnOne('needs the chat if another person has used the ID', async () => {
    const bytes = image();
    const id = await receive(bytes);
    const mallory = m.lab.addPhone();
    await mallory.sendText(m.owner.pn, 'mine', { id });
    await expect.poll(async () => (await m.get(id)).status).toBe(400);
    const path = `/api/sessions/support/messages/${id}`;
    expect((await m.h.client.get(path)).status).toBe(400);
    const query = `?chat=${encodeURIComponent(alice.number)}`;
    expect((await m.h.client.get(`${path}${query}`)).status).toBe(200);
    const response = await m.get(id, {}, query);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });
});
