import { randomBytes } from 'node:crypto';
import {
  type AnyMessageContent,
  downloadMediaMessage,
  type WAMessage,
} from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';
import { type LabClient, linkClient, silenceLibsignal } from '../lab-client.ts';
import { mediaAgent, mediaDispatcher } from './media-trust.ts';

let lab: Lab;
let owner: Phone;
let alice: Phone;
let client: LabClient;

const jpegThumbnail = Buffer.from('x').toString('base64');

const download = (message: WAMessage) =>
  downloadMediaMessage(message, 'buffer', { options: { dispatcher: mediaDispatcher(lab) } });

const statusOf = (error: unknown) =>
  (error as { output?: { statusCode?: number } }).output?.statusCode;

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab({ media: true });
  const fetchAgent = mediaAgent(lab);
  const options = { dispatcher: mediaDispatcher(lab) };
  ({ owner, client } = await linkClient(lab, { fetchAgent, options }));
  alice = lab.addPhone();
});
afterEach(() => {
  lab.faults = {};
  expect(lab.unhandled).toEqual([]);
});
afterAll(async () => {
  await client.close();
  await lab.close();
});

const bytes = randomBytes(30_000);
const outgoing: [kind: string, content: AnyMessageContent][] = [
  ['image', { image: bytes, caption: 'A picture', jpegThumbnail }],
  ['document', { document: bytes, mimetype: 'application/pdf', fileName: 'a.pdf' }],
  ['audio', { audio: bytes, ptt: true, seconds: 3 }],
  ['video', { video: bytes, jpegThumbnail }],
  ['sticker', { sticker: bytes }],
];

it.each(outgoing)('takes a file of the kind %s, which the phone opens', async (kind, content) => {
  await client.socket().sendMessage(alice.jid, content);
  const message = await alice.nextMessage();
  expect(message.kind).toBe(kind);
  expect(alice.openMedia(message).equals(bytes)).toBe(true);
});

it('gives a file of a phone to the client', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes, { caption: 'hi' }));
  expect(message.message?.imageMessage).toMatchObject({ caption: 'hi', mimetype: 'image/jpeg' });
  expect((await download(message)).equals(bytes)).toBe(true);
});

it.each(['video', 'audio', 'document', 'sticker'] as const)('gives a %s', async (kind) => {
  const message = await client.inbound(await alice.sendMedia(owner.pn, kind, { bytes }));
  expect((await download(message)).equals(bytes)).toBe(true);
});

it('refuses an upload', async () => {
  lab.faults = { media: { uploadStatus: 500 } };
  const document = { document: bytes, mimetype: 'text/plain' };
  await expect(client.socket().sendMessage(alice.jid, document)).rejects.toThrow(/upload failed/);
});

it.each([404, 410, 403, 500])('answers a download with %i', async (downloadStatus) => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  lab.faults = { media: { downloadStatus } };
  expect(statusOf(await download(message).catch((error) => error))).toBe(downloadStatus);
});

it('flips a bit, which Baileys does not notice', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  lab.faults = { media: { flipAt: 100 } };
  expect((await download(message)).equals(bytes)).toBe(false);
});

it('ends early', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  lab.faults = { media: { truncateAt: 1000 } };
  const found = await download(message).catch((error: Error) => error);
  expect(Buffer.isBuffer(found) && found.equals(bytes)).toBe(false);
});

it('promises more than it sends, and cuts the line', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  lab.faults = { media: { contentLength: 1_000_000 } };
  // Not with Baileys, whose download would never end, and fail where no one can catch it.
  const dispatcher = mediaDispatcher(lab);
  const response = await fetch(message.message?.imageMessage?.url ?? '', { dispatcher });
  await expect(response.arrayBuffer()).rejects.toThrow(/terminated/);
});

it('is slow', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  lab.faults = { media: { delayMs: 40, pieceBytes: 10_000 } };
  const startedAt = performance.now();
  expect((await download(message)).equals(bytes)).toBe(true);
  expect(performance.now() - startedAt).toBeGreaterThan(150);
});

it('puts a file that is gone there again, when the client asks the phone', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  expect(lab.media().expire(message.message?.imageMessage?.directPath ?? '')).toBe(true);
  expect(statusOf(await download(message).catch((error) => error))).toBe(404);
  const again = await client.socket().updateMediaMessage(message);
  expect((await download(again)).equals(bytes)).toBe(true);
});

it('has phones that no longer have the file, either', async () => {
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes));
  lab.faults = { media: { reupload: 'not_found' } };
  const error = await client
    .socket()
    .updateMediaMessage(message)
    .catch((found) => found);
  expect(statusOf(error)).toBe(404);
});

it('says what was asked, and lets a sender claim what is not so', async () => {
  const before = lab.media().requests.length;
  const claim = { fileLength: 3_000_000_000, url: 'https://127.0.0.1:1/x' };
  const message = await client.inbound(await alice.sendImage(owner.pn, bytes, { claim }));
  expect(Number(message.message?.imageMessage?.fileLength)).toBe(3_000_000_000);
  expect(lab.media().requests.length).toBe(before);
});
