import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  eraseAbove,
  eraseLeftovers,
} from '../../../src/services/conversations/conversation-service.ts';
import { createEraseStore } from '../../../src/storage/conversations/erase-store.ts';
import {
  createIngestFixture,
  type IngestFixture,
  SESSION,
} from '../../support/conversations/ingest-fixture.ts';
import { ALICE, BOB, drawId, messageOf } from '../../support/conversations/messages.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const TABLES = ['messages', 'chats', 'reactions', 'message_receipts', 'session_lids'] as const;

onOneDatabase('erasing conversations on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let fixture: IngestFixture;
  const erase = () => createEraseStore(migrated.database);
  beforeEach(async () => {
    migrated = await createMigratedDatabase(dialect);
    fixture = await createIngestFixture(migrated.database);
    await fill();
  });
  afterEach(() => migrated.close());

  const group = { kind: 'group', groupId: '120363000000000001@g.us' } as const;

  async function fill(): Promise<void> {
    const [hers, grouped] = [drawId(), drawId()];
    const reaction = { type: 'reaction', messageId: hers, isToFromMe: false, emoji: '👍' } as const;
    const received = [
      messageOf(ALICE, { messageId: hers, pushName: 'Alice' }),
      messageOf(ALICE, { content: reaction }),
      messageOf(ALICE, { isFromMe: true }),
      messageOf({ lid: ALICE.lid }, { chat: group }),
      messageOf(BOB, { chat: group }),
      messageOf(BOB, { messageId: grouped, chat: group, isFromMe: true }),
      messageOf(BOB),
    ];
    for (const one of received) await fixture.ingest.onMessage(one);
    for (const by of [ALICE, BOB]) {
      const receipt = {
        messageIds: [grouped],
        kind: 'read',
        isByMe: false,
        at: new Date(),
      } as const;
      fixture.ingest.onReceipt(SESSION, { ...receipt, chat: group, by });
    }
    await fixture.untilIdle();
  }

  async function count(): Promise<number[]> {
    const all = TABLES.map((table) =>
      migrated.database.statements.select(`SELECT * FROM "${table}"`, []),
    );
    return (await Promise.all(all)).map((rows) => rows.length);
  }

  it('erases a person with the events, and leaves the others', async () => {
    expect(await count()).toEqual([6, 3, 1, 2, 2]);
    const key = { accountId: 'default', phoneNumber: ALICE.phoneNumber };
    expect(await erase().erasePerson(key, 2)).toBe(3);
    expect(await count()).toEqual([3, 2, 0, 1, 1]);
    const events = JSON.stringify(await fixture.rows('events'));
    expect(events).not.toContain(ALICE.lid);
    expect(await fixture.rows('events')).toHaveLength(3);
    expect(await erase().erasePerson(key, 2)).toBe(0);
    expect(await erase().erasePerson({ ...key, accountId: 'other' }, 2)).toBe(0);
  });

  it('erases what is above a lower level', async () => {
    await eraseAbove({ erase: erase() }, SESSION.sessionId, 'headers');
    expect(await count()).toEqual([6, 3, 1, 2, 2]);
    const all = [
      ...(await fixture.rows('messages')),
      ...(await fixture.rows('reactions', 'reactedAt')),
    ];
    const sealed = all.map((row) => row['sealedContent'] ?? row['sealedEmoji'] ?? null);
    expect(new Set(sealed)).toEqual(new Set([null]));
    const [contact] = await fixture.rows('session_contacts');
    expect(contact).toMatchObject({ sealedPushName: null });
    await eraseAbove({ erase: erase() }, SESSION.sessionId, 'none');
    expect(await count()).toEqual([0, 0, 0, 0, 0]);
  });

  it('erases at night what a request has left', async () => {
    await fixture.setStore('none');
    await eraseLeftovers({ erase: erase(), sessions: fixture.sessions }, new Date());
    expect(await count()).toEqual([0, 0, 0, 0, 0]);
  });

  it('leaves nothing of a session that is deleted', async () => {
    await fixture.sessions.remove(SESSION.sessionId);
    expect(await count()).toEqual([0, 0, 0, 0, 0]);
  });

  it('deletes what is older than its retention', async () => {
    const store = erase();
    const prune = async (before: Date) => [
      await store.pruneMessages(before, 4),
      await store.pruneReceipts(before, 4),
      await store.pruneChats(before, 4),
    ];
    expect(await prune(new Date(Date.now() - 3_600_000))).toEqual([0, 0, 0]);
    const later = new Date(Date.now() + 3_600_000);
    expect(await prune(later)).toEqual([4, 2, 3]);
    expect(await prune(later)).toEqual([2, 0, 0]);
    expect((await count()).slice(0, 4)).toEqual([0, 0, 0, 0]);
  });
});
