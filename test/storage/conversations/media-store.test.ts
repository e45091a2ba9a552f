import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  createMediaStore,
  type MediaClaim,
  type MediaStore,
} from '../../../src/storage/conversations/media-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { dialects } from '../../support/database/databases.ts';
import { createMigratedDatabase } from '../../support/database/migrated-database.ts';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const CALLERS = 12;

describe.each(dialects)('the store of files on %s', (dialect) => {
  let database: Database;
  let close: () => Promise<void>;
  let media: MediaStore;
  let lastMessage = 0;

  beforeAll(async () => {
    ({ database, close } = await createMigratedDatabase(dialect));
    media = createMediaStore(database);
  });
  afterAll(() => close());

  /** A message with content, as the ingest stores it. */
  async function addMessage(): Promise<number> {
    lastMessage += 1;
    const messageId = `MESSAGE${lastMessage}`;
    await database.models.Account.ensure('default', NOW);
    await database.models.Message.insertRow({
      ...{ accountId: 'default', sessionId: 'default:a', chatKey: '+6281230000001', messageId },
      ...{ authorKey: '+6281230000001', fromMe: false, messageType: 'image', status: 'received' },
      ...{ sealedContent: 'sealed', secretVersion: 'v', ingestId: 'batch' },
      ...{ sentAt: NOW, createdAt: NOW, updatedAt: NOW },
    });
    const ref = { accountId: 'default', sessionId: 'default:a', messageId, chatKey: undefined };
    const [found] = await media.findMessages(ref);
    return found?.id ?? 0;
  }

  const draft = (messageRow: number, claimId: string): MediaClaim => ({
    ...{ accountId: 'default', sessionId: 'default:a', messageRow, claimId },
    ...{ claimedUntil: addSeconds(NOW, 60), storage: 'local', storageKey: `key-${claimId}` },
    ...{ sealedKey: 'sealed', secretVersion: 'v' },
  });
  const findings = {
    mimeType: 'image/png',
    sizeBytes: 5,
    sha256: 'ab',
    expiresAt: addSeconds(NOW, 86_400),
  };

  /** How many of many callers at the same time succeed. */
  async function count(call: (caller: number) => Promise<boolean>): Promise<number> {
    const outcomes = await Promise.all(Array.from({ length: CALLERS }, (_, i) => call(i)));
    return outcomes.filter(Boolean).length;
  }

  it('lets one of many callers fetch a file', async () => {
    const row = await addMessage();
    expect(await count((i) => media.claim(draft(row, `a${i}`), NOW))).toBe(1);
    expect(await media.find(row)).toMatchObject({ state: 'fetching' });
  });

  it('lets one of many callers take an attempt over that has not ended', async () => {
    const row = await addMessage();
    await media.claim(draft(row, 'dead'), NOW);
    const seen = await media.find(row);
    if (!seen) throw new Error('the row is missing');
    expect(await count((i) => media.reclaim(seen, draft(row, `b${i}`), NOW))).toBe(1);
    expect(await media.finish({ messageRow: row, claimId: 'dead' }, findings, NOW)).toBe(false);
    expect(await media.giveUp({ messageRow: row, claimId: 'dead' })).toBe(false);
  });

  it('ends an attempt in one way only', async () => {
    const row = await addMessage();
    await media.claim(draft(row, 'own'), NOW);
    const claim = { messageRow: row, claimId: 'own' };
    const ends = [
      () => media.finish(claim, findings, NOW),
      () => media.markGone(claim, addSeconds(NOW, 60), NOW),
      () => media.giveUp(claim),
    ];
    expect(await count((i) => ends[i % ends.length]?.() ?? Promise.resolve(false))).toBe(1);
  });

  it('makes no file readable whose message was deleted or lost its content meanwhile', async () => {
    const [deleted, emptied] = [await addMessage(), await addMessage()];
    for (const row of [deleted, emptied]) await media.claim(draft(row, `c${row}`), NOW);
    const { change } = database.statements;
    await change(`DELETE FROM "messages" WHERE "id" = $1`, [deleted]);
    await change(`UPDATE "messages" SET "sealedContent" = NULL WHERE "id" = $1`, [emptied]);
    for (const messageRow of [deleted, emptied]) {
      const claim = { messageRow, claimId: `c${messageRow}` };
      expect(await media.finish(claim, findings, NOW)).toBe(false);
    }
    const orphans = (await media.listOrphans(100)).map(({ claimId }) => claimId);
    expect(orphans).toEqual([`c${deleted}`, `c${emptied}`]);
  });

  it('removes a file once, and not if another attempt has started', async () => {
    const row = await addMessage();
    await media.claim(draft(row, 'old'), NOW);
    await media.finish({ messageRow: row, claimId: 'old' }, findings, NOW);
    const later = addSeconds(NOW, 100_000);
    const expired = await media.listExpired(later, 100);
    const old = expired.find(({ claimId }) => claimId === 'old');
    const seen = await media.find(row);
    if (!old || !seen) throw new Error('the file is not listed');
    await media.reclaim(seen, draft(row, 'new'), later);
    expect(await media.remove(old)).toBe(false);
    const [current] = (await media.listExpired(addSeconds(later, 100_000), 100)).filter(
      ({ claimId }) => claimId === 'new',
    );
    if (!current) throw new Error('the attempt is not listed');
    expect(await count(() => media.remove(current))).toBe(1);
  });
});
