import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { onOneServer } from '../../../support/database/lanes.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

onOneServer('a node that does not host a number, on %s', (dialect) => {
  let lab: Lab;
  let testDatabase: TestDatabase;
  let folder: string;
  let other: WhatsAppHarness;
  let phone: Phone;
  const nodes: WhatsAppHarness[] = [];

  async function start(): Promise<WhatsAppHarness> {
    const media = lab.media();
    const node = await createWhatsAppHarness({
      ...{ lab, database: testDatabase, mediaCertificate: media.certificate },
      env: {
        MEDIA_PATH: join(folder, String(nodes.length)),
        WHATSAPP_MEDIA_HOST: media.host,
      },
      whatsappTiming: { leaseMs: 15_000, spreadMs: 600_000 },
    });
    nodes.push(node);
    return node;
  }

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    folder = await mkdtemp(join(tmpdir(), 'media-'));
    lab = await startLab({ media: true });
    phone = lab.addPhone();
    const host = await start();
    other = await start();
    await host.client.post('/api/sessions', { sessionId: 'default', store: 'content' });
    await host.link(phone);
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await lab.close();
    await testDatabase.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function receive(bytes: Buffer): Promise<string> {
    const claim = { directPath: '/v/t62.lab/image/gone' };
    const id = await lab.addPhone().sendImage(phone.pn, bytes, { claim });
    const { select } = other.database.statements;
    await waitFor(
      async () => (await select(`SELECT "id" FROM "messages" WHERE "messageId" = $1`, [id]))[0],
      `message ${id} to be stored`,
    );
    return id;
  }

  const get = (id: string) =>
    fetch(`${other.url}/api/sessions/default/messages/${id}/media`, {
      headers: { 'x-api-key': API_KEY },
    });

  it('has the phone asked for a file that is gone, by the node that hosts it', async () => {
    const bytes = randomBytes(100_000);
    const response = await get(await receive(bytes));
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('reports that the phone does not have it', async () => {
    lab.faults = { media: { reupload: 'not_found' } };
    const response = await get(await receive(randomBytes(1000)));
    expect([response.status, await response.json()]).toMatchObject([410, { code: 'media_gone' }]);
    lab.faults = {};
  });

  it('gives up after 15 seconds if the phone does not answer', async () => {
    lab.faults = { media: { reupload: 'silent' } };
    const id = await receive(randomBytes(1000));
    const startedAt = performance.now();
    const response = await get(id);
    expect([response.status, await response.json()]).toMatchObject([410, { code: 'media_gone' }]);
    expect(performance.now() - startedAt).toBeGreaterThan(14_900);
    lab.faults = {};
  });
});
