import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createStatusPostStore } from '../../../src/storage/conversations/status-post-store.ts';
import { createUploadStore } from '../../../src/storage/conversations/upload-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createContactStore } from '../../../src/storage/whatsapp/contact-store.ts';
import { dialects } from '../../support/database/databases.ts';
import { createMigratedDatabase } from '../../support/database/migrated-database.ts';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const LATER = addSeconds(NOW, 86_400);
const CALLERS = 12;
const SESSION = { accountId: 'default', sessionId: 'default:a' };

/** How many of many callers at the same time succeed. */
async function count(call: (caller: number) => Promise<boolean>): Promise<number> {
  const outcomes = await Promise.all(Array.from({ length: CALLERS }, (_, i) => call(i)));
  return outcomes.filter(Boolean).length;
}

describe.each(dialects)('on %s', (dialect) => {
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ database, close } = await createMigratedDatabase(dialect));
    await database.models.Account.ensure('default', NOW);
  });
  afterAll(() => close());

  it('a file becomes usable once, and is removed once', async () => {
    const uploads = createUploadStore(database);
    const file = { storage: 'local', storageKey: 'k', sealedKey: 's', secretVersion: 'v' } as const;
    const found = { mimeType: 'image/png', sizeBytes: 5, sha256: 'ab', expiresAt: LATER };
    const ref = { ...SESSION, mediaId: 'one' };
    await uploads.add({ ...file, ...ref, expiresAt: addSeconds(NOW, 60) }, NOW);
    expect(await uploads.find(ref, NOW)).toBeUndefined();
    expect(await count(() => uploads.finish('one', found, NOW))).toBe(1);
    await uploads.giveUp('one');
    expect(await uploads.find(ref, NOW)).toMatchObject({ ...found, state: 'stored' });
    expect(await uploads.find({ ...ref, sessionId: 'default:b' }, NOW)).toBeUndefined();
    expect(await uploads.find({ ...ref, accountId: 'other' }, NOW)).toBeUndefined();
    expect(await uploads.find(ref, LATER)).toBeUndefined();
    await uploads.savePlace('one', { placedAs: 'image', sealedPlace: 'p' }, NOW);
    expect(await uploads.find(ref, NOW)).toMatchObject({ placedAs: 'image', sealedPlace: 'p' });
    expect(await uploads.listExpired(NOW, 10)).toEqual([]);
    const [expired] = await uploads.listExpired(LATER, 10);
    expect(await uploads.listOrphans(10)).toEqual([expired]);
    expect(await count(() => uploads.remove({ id: expired?.id ?? 0 }))).toBe(1);
  });

  it('a status post has one outcome, is revoked once and erased with its viewers', async () => {
    const posts = createStatusPostStore(database);
    const ref = { sessionId: SESSION.sessionId, statusId: 'POST' };
    await posts.add(
      {
        ...{ ...SESSION, statusId: 'POST', statusType: 'text', sealedContent: 'sealed' },
        ...{ sealedAudience: 'sealed', secretVersion: 'v', audienceCount: 2, expiresAt: LATER },
      },
      NOW,
    );
    const states = ['posted', 'failed'] as const;
    const settle = (i: number) => posts.settle(ref, { state: states[i % 2] ?? 'failed' }, NOW);
    expect(await count(settle)).toBe(1);
    await database.statements.change(`UPDATE "status_posts" SET "state" = 'posted'`, []);
    expect(await count(() => posts.revoke(ref, NOW))).toBe(1);
    expect(await posts.find(ref, NOW)).toMatchObject({
      state: 'revoked',
      sealedContent: undefined,
    });
    for (const [participantKey, readAt] of [
      ['+621', NOW],
      ['+622', null],
    ] as const)
      await database.models.MessageReceipt.insertRow({
        ...{ sessionId: ref.sessionId, messageId: 'POST', chatKey: 'status', createdAt: NOW },
        ...{ participantKey, readAt, deliveredAt: NOW, playedAt: null },
      });
    expect(await posts.countViews(ref.sessionId, ['POST', 'OTHER'])).toEqual(
      new Map([['POST', 1]]),
    );
    expect(await posts.findKnown(ref.sessionId, ['POST', 'OTHER'])).toEqual(new Set(['POST']));
    expect(await posts.list(ref.sessionId, { limit: 10, before: undefined }, NOW)).toHaveLength(1);
    expect(await posts.list(ref.sessionId, { limit: 10, before: undefined }, LATER)).toEqual([]);
    expect(await posts.removeExpired(NOW, 10)).toBe(0);
    expect(await posts.removeExpired(LATER, 10)).toBe(1);
    expect(await database.statements.select('SELECT * FROM "message_receipts"', [])).toEqual([]);
  });

  it('those who know a session are listed, the latest first, without the blocked', async () => {
    const contacts = createContactStore(database);
    const { sessionId } = SESSION;
    for (const [index, number] of ['+62811', '+62812', '+62813'].entries())
      await contacts.markKnown(sessionId, number, addSeconds(NOW, index));
    await contacts.saveLookup(sessionId, '+62814', true, NOW);
    await database.statements.change(
      `UPDATE "session_contacts" SET "isBlocked" = TRUE WHERE "phoneNumber" = '+62812'`,
      [],
    );
    const numbers = async (phoneNumbers?: readonly string[]) =>
      (
        await contacts.listKnown(sessionId, { limit: 10, ...(phoneNumbers && { phoneNumbers }) })
      ).map(({ phoneNumber }) => phoneNumber);
    expect(await numbers()).toEqual(['+62813', '+62811']);
    expect(await numbers(['+62811', '+62812', '+62814'])).toEqual(['+62811']);
  });
});
