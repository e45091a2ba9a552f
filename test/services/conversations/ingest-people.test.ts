import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLidStore } from '../../../src/storage/conversations/lid-store.ts';
import {
  createIngestFixture,
  type IngestFixture,
  SESSION,
} from '../../support/conversations/ingest-fixture.ts';
import { ALICE, BOB, drawId, messageOf } from '../../support/conversations/messages.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

onEveryDatabase('the people of chats, on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let migrated: MigratedDatabase;
  let fixture: IngestFixture;
  beforeEach(async () => {
    migrated = await createMigratedDatabase(dialect);
    fixture = await createIngestFixture(migrated.database);
  });
  afterEach(() => migrated.close());

  const hidden = { lid: ALICE.lid };
  const named = { phoneNumber: ALICE.phoneNumber };

  async function receive(
    ...received: readonly Parameters<IngestFixture['ingest']['onMessage']>[0][]
  ) {
    for (const one of received) await fixture.ingest.onMessage(one);
    await fixture.untilIdle();
  }

  itOnOne(
    'makes one chat of a LID and a number when WhatsApp reports that they belong together',
    async () => {
      const twice = drawId();
      await receive(
        messageOf(hidden, { text: 'one' }),
        messageOf(named, { text: 'two' }),
        messageOf(hidden, { messageId: twice, text: 'three' }),
        messageOf(named, { messageId: twice, text: 'three' }),
        messageOf(BOB),
      );
      expect(await fixture.rows('chats')).toHaveLength(3);
      fixture.ingest.onLidMapping(SESSION, ALICE);
      await fixture.untilIdle();
      const chats = await fixture.rows('chats', 'chatKey');
      expect(chats.map((row) => [row['chatKey'], row['lid'], Number(row['unreadCount'])])).toEqual([
        [ALICE.phoneNumber, ALICE.lid, 3],
        [BOB.phoneNumber, BOB.lid, 1],
      ]);
      const messages = await fixture.rows('messages');
      const hers = messages.filter((row) => row['chatKey'] === ALICE.phoneNumber);
      expect(hers).toHaveLength(3);
      expect(new Set(hers.map((row) => row['authorKey']))).toEqual(new Set([ALICE.phoneNumber]));
      // From now on, the LID alone is enough.
      await receive(messageOf(hidden, { text: 'four' }));
      expect(await fixture.rows('chats')).toHaveLength(2);
    },
  );

  itOnOne('learns the number from the envelope of a later message', async () => {
    await receive(messageOf(hidden));
    expect((await fixture.rows('chats'))[0]).toMatchObject({ chatKey: `lid:${ALICE.lid}` });
    await receive(messageOf(ALICE));
    const chats = await fixture.rows('chats');
    expect(chats).toHaveLength(1);
    expect(chats[0]).toMatchObject({ chatKey: ALICE.phoneNumber });
    expect(Number(chats[0]?.['unreadCount'])).toBe(2);
  });

  itOnOne('lets an author edit what was sent before the number was known', async () => {
    const messageId = drawId();
    await receive(messageOf(hidden, { messageId, text: 'before' }));
    const content = { type: 'edit', messageId, content: { type: 'text', text: 'after' } } as const;
    await receive(messageOf(ALICE, { content }));
    const [row] = await fixture.rows('messages');
    const opened = fixture.sealer.open(
      String(row?.['sealedContent']),
      `messages:shop:${messageId}`,
    );
    expect(opened).toContain('after');
  });

  it('merges a chat once, however many callers do it, while messages arrive', async () => {
    await receive(...Array.from({ length: 30 }, () => messageOf(hidden)), messageOf(named));
    const lids = createLidStore(migrated.database);
    await lids.save(SESSION, [ALICE], [], new Date());
    const busy = fixture.createNode();
    const others = Array.from({ length: 20 }, () => messageOf(hidden));
    for (const one of others) await busy.onMessage(one);
    const merged = await Promise.all(
      Array.from({ length: 8 }, () => lids.merge(SESSION, ALICE, new Date())),
    );
    expect(merged.filter(Boolean)).toHaveLength(1);
    while (!busy.isIdle()) await pause(20);
    for (const mapping of await lids.listSplit(SESSION.sessionId)) {
      await lids.merge(SESSION, mapping, new Date());
    }
    const chats = await fixture.rows('chats');
    expect(chats.map((row) => [row['chatKey'], Number(row['unreadCount'])])).toEqual([
      [ALICE.phoneNumber, 51],
    ]);
    expect(await fixture.rows('messages')).toHaveLength(51);
  });
});
