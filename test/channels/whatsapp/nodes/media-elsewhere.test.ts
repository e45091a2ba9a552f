import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversationCalls } from '../../../support/conversations/conversation-calls.ts';
import { sampleFile } from '../../../support/conversations/sample-files.ts';
import {
  createTestDatabase,
  serverDialects,
  type TestDatabase,
} from '../../../support/database/databases.ts';
import { API_KEY } from '../../../support/http/client.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, startLab } from '../../../support/whatsapp-lab/lab.ts';

const [dialect = 'postgres'] = serverDialects;

describe.runIf(serverDialects.length > 0)('a node that does not host a number', () => {
  let lab: Lab;
  let database: TestDatabase;
  let folder: string;
  let host: WhatsAppHarness;
  let other: WhatsAppHarness;
  const nodes: WhatsAppHarness[] = [];

  async function start(): Promise<WhatsAppHarness> {
    const { certificate, host: mediaHost } = lab.media();
    const node = await createWhatsAppHarness({
      ...{ lab, database, mediaCertificate: certificate },
      env: { MEDIA_PATH: join(folder, String(nodes.length)), WHATSAPP_MEDIA_HOST: mediaHost },
      whatsappTiming: { leaseMs: 15_000, spreadMs: 600_000 },
    });
    nodes.push(node);
    return node;
  }

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    folder = await mkdtemp(join(tmpdir(), 'media-'));
    lab = await startLab({ media: true });
    host = await start();
    other = await start();
    const ignore: string[] = [];
    await host.client.post('/api/sessions', {
      sessionId: 'shop',
      use: 'both',
      store: 'content',
      ignore,
    });
    await host.link(lab.addPhone(), 'shop');
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await lab.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function upload({ client }: WhatsAppHarness, body: Buffer) {
    const path = '/api/sessions/shop/media';
    const headers = { 'x-api-key': API_KEY };
    const answer = await client.call({ method: 'POST', path, headers, body });
    return answer.body.data?.['mediaId'];
  }

  it('takes a file to WhatsApp itself, and has the host send the message', async () => {
    const alice = lab.addPhone();
    const bytes = sampleFile('jpeg');
    const mediaId = await upload(other, bytes);
    const calls = createConversationCalls(other);
    const { status } = await calls.send({ to: alice.number, type: 'image', mediaId });
    expect(status).toBe(200);
    expect(alice.openMedia(await alice.nextMessage()).equals(bytes)).toBe(true);
  });

  it('says that a file is on another node, unless it is on WhatsApp already', async () => {
    const alice = lab.addPhone();
    const mediaId = await upload(host, sampleFile('jpeg'));
    const body = { to: alice.number, type: 'image', mediaId };
    const calls = createConversationCalls(other);
    expect((await calls.send(body)).body.code).toBe('media_elsewhere');
    expect((await createConversationCalls(host).send(body)).status).toBe(200);
    expect((await calls.send(body)).status).toBe(200);
    expect(alice.inbox).toHaveLength(2);
  });

  it('posts a status', async () => {
    const alice = lab.addPhone();
    const calls = createConversationCalls(other);
    await calls.send({ to: alice.number, text: 'hello' });
    await alice.nextMessage();
    const draft = { text: 'Open today', to: [alice.number] };
    const { status } = await other.client.post('/api/sessions/shop/status-posts', draft);
    expect(status).toBe(201);
    expect(await alice.nextMessage()).toMatchObject({ text: 'Open today' });
  });
});
