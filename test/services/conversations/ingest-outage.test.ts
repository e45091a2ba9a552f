import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import {
  createIngestFixture,
  type Fault,
  type IngestFixture,
} from '../../support/conversations/ingest-fixture.ts';
import { ALICE, BOB, drawId, messageOf } from '../../support/conversations/messages.ts';
import { itOnOneDatabase, onEveryDatabase, onEveryServer } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
  open,
} from '../../support/database/migrated-database.ts';
import { startTcpProxy, type TcpProxy } from '../../support/process/tcp-proxy.ts';

onEveryDatabase('messages while the database fails, on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let migrated: MigratedDatabase;
  let fixture: IngestFixture;
  beforeEach(async () => {
    migrated = await createMigratedDatabase(dialect);
    fixture = await createIngestFixture(migrated.database);
  });
  afterEach(() => migrated.close());

  it('stores each of 200 messages once, and records each event once', async () => {
    fixture.setFault(drawFault);
    const ids = Array.from({ length: 200 }, drawId);
    await receiveAll(fixture.ingest.onMessage, ids);
    await fixture.untilIdle();
    fixture.setFault(() => 'none');
    const messages = await fixture.rows('messages');
    expect(messages.map((row) => row['messageId']).sort()).toEqual(ids.toSorted());
    const events = await fixture.rows('events');
    expect(events.map((row) => row['subject']).sort()).toEqual(ids.toSorted());
    expect(await fixture.rows('webhook_deliveries')).toHaveLength(200);
    const chats = await fixture.rows('chats');
    expect(chats.map((row) => Number(row['unreadCount']))).toEqual([100, 100]);
    expect(fixture.lost).toEqual([]);
  });

  itOnOne('keeps at most a thousand, and counts the others as lost', async () => {
    fixture.setFault(() => 'refuse');
    for (let n = 0; n < 1300; n += 1) await fixture.ingest.onMessage(messageOf(ALICE));
    await pause(100);
    fixture.setFault(() => 'none');
    await fixture.untilIdle();
    const stored = (await fixture.rows('messages')).length;
    const lost = fixture.lost.reduce((sum, count) => sum + count, 0);
    expect(stored + lost).toBe(1300);
    expect(stored).toBeGreaterThanOrEqual(1000);
  });

  it('stores no message twice when two nodes write it at once', async () => {
    const nodes = [fixture.ingest, fixture.createNode(), fixture.createNode()];
    const received = Array.from({ length: 40 }, () => messageOf(ALICE));
    for (const one of received) for (const node of nodes) await node.onMessage(one);
    for (const node of nodes) while (!node.isIdle()) await pause(20);
    expect(await fixture.rows('messages')).toHaveLength(40);
    expect(await fixture.rows('events')).toHaveLength(40);
    const [chat] = await fixture.rows('chats');
    expect(Number(chat?.['unreadCount'])).toBe(40);
  });

  itOnOne('stores the text of a message that could not be decrypted before, once', async () => {
    const messageId = drawId();
    const stub = messageOf(ALICE, { messageId, content: { type: 'undecrypted' } });
    await fixture.ingest.onMessage(stub);
    await fixture.untilIdle();
    expect(await fixture.rows('events')).toEqual([]);
    await fixture.ingest.onMessage(messageOf(ALICE, { messageId, text: 'late' }));
    await fixture.untilIdle();
    await fixture.ingest.onMessage(stub);
    await fixture.ingest.onMessage(messageOf(ALICE, { messageId, text: 'forged' }));
    await fixture.untilIdle();
    const [row, ...others] = await fixture.rows('messages');
    expect(others).toEqual([]);
    expect(row).toMatchObject({ messageType: 'text' });
    const sealed = String(row?.['sealedContent']);
    const opened = fixture.sealer.open(sealed, `messages:shop:${messageId}`);
    expect(JSON.parse(opened)).toEqual({ type: 'text', text: 'late' });
    expect(await fixture.rows('events')).toHaveLength(1);
  });
});

onEveryServer('messages while the server is gone, on %s', (dialect) => {
  it('are each stored once, with one event, when it is back', async () => {
    const migrated = await createMigratedDatabase(dialect);
    const url = new URL(migrated.testDatabase.url);
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    const database = await open({ url: url.href });
    onTestFinished(async () => {
      proxy.stop();
      await database.close();
      await proxy.close();
      await migrated.close();
    });
    const fixture = await createIngestFixture(database);
    const ids = Array.from({ length: 200 }, drawId);
    for (const [index, messageId] of ids.entries()) {
      await interrupt(proxy, index);
      await fixture.ingest.onMessage(messageOf(index % 2 === 0 ? ALICE : BOB, { messageId }));
    }
    proxy.restore();
    await fixture.untilIdle();
    const stored = await migrated.database.statements.select('SELECT * FROM "messages"', []);
    expect(stored.map((row) => row['messageId']).sort()).toEqual(ids.toSorted());
    const events = await migrated.database.statements.select('SELECT * FROM "events"', []);
    expect(events.map((row) => row['subject']).sort()).toEqual(ids.toSorted());
    expect(fixture.lost).toEqual([]);
  });
});

/** Cuts the connections for twenty of each fifty messages. */
async function interrupt(proxy: TcpProxy, index: number): Promise<void> {
  if (index % 50 === 20) proxy.stop();
  if (index % 50 === 40) proxy.restore();
  if (index % 10 === 0) await pause(40);
}

/** One call in five is refused, and the answer to another one is lost. */
function drawFault(): Fault {
  const drawn = Math.random();
  if (drawn < 0.2) return 'lose_answer';
  return drawn < 0.4 ? 'refuse' : 'none';
}

/** Receives messages of two people over some time. WhatsApp delivers some of them again. */
async function receiveAll(
  receive: IngestFixture['ingest']['onMessage'],
  ids: readonly string[],
): Promise<void> {
  for (const [index, messageId] of ids.entries()) {
    const received = messageOf(index % 2 === 0 ? ALICE : BOB, { messageId });
    await receive(received);
    if (index % 10 === 0) await receive(received);
    await pause(index % 40 === 0 ? 60 : 0);
  }
}
