import { afterEach, beforeEach, expect, it } from 'vitest';
import { models } from '../../../src/storage/models/all-models.ts';
import {
  createIngestFixture,
  type IngestFixture,
  SESSION,
} from '../../support/conversations/ingest-fixture.ts';
import { ALICE, drawId, messageOf } from '../../support/conversations/messages.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

onOneDatabase('what is stored of conversations, on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let fixture: IngestFixture;
  beforeEach(async () => {
    migrated = await createMigratedDatabase(dialect);
    fixture = await createIngestFixture(migrated.database);
  });
  afterEach(() => migrated.close());

  async function receive(
    ...received: readonly Parameters<IngestFixture['ingest']['onMessage']>[0][]
  ) {
    for (const one of received) await fixture.ingest.onMessage(one);
    await fixture.untilIdle();
  }

  /** Everything in all tables, as text. */
  async function dump(): Promise<string> {
    const tables = Object.values(models).map(({ table }) => table);
    const all = await Promise.all(
      tables.map((table) => migrated.database.statements.select(`SELECT * FROM "${table}"`, [])),
    );
    return JSON.stringify(all);
  }

  it('is never in clear text', async () => {
    const messageId = drawId();
    const reaction = { type: 'reaction', messageId, isToFromMe: false, emoji: '🦄' } as const;
    const contact = { name: 'Xanthippe', vcard: 'TEL:xylophone' };
    await receive(
      messageOf(ALICE, { messageId, text: 'the secret zebra', pushName: 'Quetzalcoatl' }),
      messageOf(ALICE, { content: reaction }),
      messageOf(ALICE, { content: { type: 'contact', contacts: [contact] } }),
      messageOf(ALICE, {
        content: { type: 'poll', question: 'Yggdrasil?', options: ['aye'], mostChoices: 1 },
      }),
    );
    expect(await fixture.rows('messages')).toHaveLength(3);
    const stored = await dump();
    for (const word of ['zebra', 'Quetzalcoatl', '🦄', 'Xanthippe', 'xylophone', 'Yggdrasil']) {
      expect(stored).not.toContain(word);
    }
    expect(fixture.logLines.join('')).not.toContain('zebra');
  });

  it('has no code that this service sent, whoever receives it', async () => {
    const messageId = drawId();
    await migrated.database.models.Delivery.insertRow({
      ...{ accountId: 'default', verificationId: 'v', channel: 'whatsapp', messageId },
      ...{ status: 'accepted', step: 0, createdAt: new Date(), updatedAt: new Date() },
    } as never);
    await receive(
      messageOf(ALICE, { messageId, isFromMe: true, text: 'Your code is 739184' }),
      messageOf(ALICE, { messageId, text: 'Your code is 739184' }),
      messageOf(ALICE, { isFromMe: true, arrival: 'history', text: 'Your code is 557731' }),
    );
    const rows = await fixture.rows('messages');
    expect(rows.map((row) => row['sealedContent'])).toEqual([null]);
    expect(await dump()).not.toMatch(/739184|557731/);
  });

  it('has no content at the level headers, and nothing at the level none', async () => {
    await fixture.setStore('headers');
    fixture.knownSettings.forgetAll();
    await receive(messageOf(ALICE, { text: 'zebra', pushName: 'Quetzalcoatl' }));
    const [row] = await fixture.rows('messages');
    expect(row).toMatchObject({ messageType: 'text', sealedContent: null, secretVersion: null });
    expect(await fixture.rows('session_contacts')).toEqual([]);
    await fixture.setStore('none');
    fixture.knownSettings.forgetAll();
    await receive(messageOf(ALICE));
    expect(await fixture.rows('messages')).toHaveLength(1);
    expect(await fixture.rows('events')).toHaveLength(2);
  });

  it('follows a lower level at once, even if this node has not heard of it', async () => {
    await receive(messageOf(ALICE));
    await fixture.setStore('headers');
    await receive(messageOf(ALICE));
    const contents = (await fixture.rows('messages')).map((row) => row['sealedContent'] !== null);
    expect(contents).toEqual([true, false]);
  });

  it('is nothing of a session that was deleted', async () => {
    await fixture.sessions.remove(SESSION.sessionId);
    await receive(messageOf(ALICE));
    expect(await fixture.rows('messages')).toEqual([]);
    expect(fixture.lost).toEqual([]);
  });
});
