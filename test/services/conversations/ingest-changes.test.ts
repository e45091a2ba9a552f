import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReceiptKind } from '../../../src/domain/conversations/message.ts';
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

onEveryDatabase('what changes a message, on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
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

  async function readText(messageId: string): Promise<unknown> {
    const rows = await fixture.rows('messages');
    const sealed = rows.find((row) => row['messageId'] === messageId)?.['sealedContent'];
    if (!sealed) return undefined;
    const { text } = JSON.parse(fixture.sealer.open(String(sealed), `messages:shop:${messageId}`));
    return text;
  }

  const statusesOf = async (type: string) =>
    (await fixture.rows('events')).filter((row) => row['type'] === type);

  it('ends with the highest status after 1,000 receipts in any order, each twice', async () => {
    const ids = Array.from({ length: 250 }, drawId);
    await receive(...ids.map((messageId) => messageOf(ALICE, { messageId, isFromMe: true })));
    const kinds: ReceiptKind[] = ['delivered', 'read'];
    const receipts = ids.flatMap((id, index) =>
      // Every fifth is delivered only.
      (index % 5 === 0 ? kinds.slice(0, 1) : kinds).flatMap((kind) => [
        { id, kind },
        { id, kind },
      ]),
    );
    for (const { id, kind } of receipts.toSorted(() => Math.random() - 0.5)) {
      fixture.ingest.onReceipt(SESSION, {
        messageIds: [id],
        kind,
        chat: { kind: 'person', person: { lid: ALICE.lid } },
        by: { lid: ALICE.lid },
        isByMe: false,
        at: new Date(),
      });
      if (fixture.lost.length === 0 && Math.random() < 0.01) await fixture.untilIdle();
    }
    await fixture.untilIdle();
    const messages = await fixture.rows('messages');
    const expected = ids.map((id, index) => [id, index % 5 === 0 ? 'delivered' : 'read']);
    const found = messages.map((row) => [row['messageId'], row['status']]);
    expect(found.sort()).toEqual(expected.sort());
    expect(messages.every((row) => row['deliveredAt'] !== null)).toBe(true);
    const readEvents = (await statusesOf('message.status')).filter((row) =>
      String(row['data']).includes('"read"'),
    );
    expect(new Set(readEvents.map((row) => row['subject'])).size).toBe(readEvents.length);
    expect(readEvents).toHaveLength(200);
  });

  itOnOne('keeps a receipt that comes before its message', async () => {
    const messageId = drawId();
    const person = { kind: 'person', person: ALICE } as const;
    const receipt = {
      messageIds: [messageId],
      chat: person,
      by: ALICE,
      isByMe: false,
      at: new Date(),
    };
    fixture.ingest.onReceipt(SESSION, { ...receipt, kind: 'read' });
    await fixture.untilIdle();
    await receive(messageOf(ALICE, { messageId, isFromMe: true }));
    expect((await fixture.rows('messages'))[0]).toMatchObject({ status: 'read' });
  });

  itOnOne('lets authors edit and revoke, and no one else', async () => {
    const [messageId, other] = [drawId(), drawId()];
    await receive(
      messageOf(ALICE, { messageId, text: 'first' }),
      messageOf(ALICE, { messageId: other, text: 'mine' }),
      messageOf(ALICE, { messageId: drawId(), isFromMe: true, text: 'ours' }),
    );
    const edit = (text: string) =>
      ({ type: 'edit', messageId, content: { type: 'text', text } }) as const;
    const revoke = { type: 'revoke', messageId: other } as const;
    await receive(
      messageOf(BOB, { content: edit('forged') }),
      messageOf(BOB, { content: revoke }),
      // In a group that Bob shares with us.
      messageOf(BOB, { chat: { kind: 'group', groupId: '1@g.us' }, content: edit('forged') }),
      // We did not write it.
      messageOf(ALICE, { isFromMe: true, content: revoke }),
      messageOf(BOB, {
        content: { type: 'reaction', messageId, isToFromMe: false, emoji: '👎' },
      }),
    );
    expect([await readText(messageId), await readText(other)]).toEqual(['first', 'mine']);
    expect(await fixture.rows('reactions', 'reactedAt')).toEqual([]);
    expect(await statusesOf('message.edited')).toEqual([]);
    expect(fixture.logLines.filter((line) => line.includes('has no effect'))).toHaveLength(5);

    await receive(
      messageOf(ALICE, { content: edit('second') }),
      messageOf(ALICE, { content: revoke }),
    );
    expect([await readText(messageId), await readText(other)]).toEqual(['second', undefined]);
    expect(await statusesOf('message.edited')).toHaveLength(1);
    expect(await statusesOf('message.revoked')).toHaveLength(1);
  });

  it('does not let a contact replace a message by using its ID again', async () => {
    const messageId = drawId();
    await receive(
      messageOf(ALICE, { messageId, text: 'hers' }),
      messageOf(BOB, { messageId, text: 'his' }),
    );
    const rows = await fixture.rows('messages');
    expect(rows.map((row) => row['chatKey']).sort()).toEqual([ALICE.phoneNumber, BOB.phoneNumber]);
    await receive(messageOf(BOB, { content: { type: 'revoke', messageId } }));
    const left = (await fixture.rows('messages')).filter((row) => row['sealedContent'] !== null);
    expect(left.map((row) => row['chatKey'])).toEqual([ALICE.phoneNumber]);
  });

  itOnOne('keeps the latest reaction of each person', async () => {
    const messageId = drawId();
    const at = (seconds: number) => new Date(1_790_000_000_000 + seconds * 1000);
    const react = (emoji: string, seconds: number, isFromMe = false) =>
      messageOf(ALICE, {
        ...{ isFromMe, sentAt: at(seconds) },
        content: { type: 'reaction', messageId, isToFromMe: false, emoji },
      });
    await receive(messageOf(ALICE, { messageId }), react('👍', 1), react('❤', 3), react('😮', 2));
    await receive(react('🙏', 1, true));
    const rows = await fixture.rows('reactions', 'authorKey');
    const opened = rows.map((row) =>
      fixture.sealer.open(String(row['sealedEmoji']), `reactions:shop:${messageId}`),
    );
    expect(rows.map((row) => row['authorKey'])).toEqual([ALICE.phoneNumber, 'me']);
    expect(opened).toEqual(['❤', '🙏']);
    await receive(react('', 4));
    expect((await fixture.rows('reactions', 'authorKey'))[0]).toMatchObject({ sealedEmoji: null });
    expect(await statusesOf('message.reaction')).toHaveLength(5);
  });
});
