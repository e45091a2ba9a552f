import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPageStore, type PageStore } from '../../../src/storage/pages/page-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const NUMBER = '+6281234567890';

onEveryDatabase('hosted pages on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let pages: PageStore;
  let made = 0;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    pages = createPageStore(migrated.database);
  });
  afterAll(() => migrated.close());

  async function add(): Promise<string> {
    made += 1;
    const pageId = `page-${made}-of-this-test`;
    const creator = {
      principal: { kind: 'bootstrap', id: '' },
      mode: 'live',
      restrictions: {},
    } as const;
    await pages.add({
      ...{ pageId, accountId: 'default', creator, phoneNumber: '', isNumberFixed: false },
      ...{ purpose: 'login', openerOrigin: 'https://shop.example.com' },
      ...{ expiresAt: later(600), createdAt: NOW },
    });
    return pageId;
  }

  const start = (pageId: string, verificationId: string, now = NOW) => {
    const row = { verificationId, phoneNumber: NUMBER, resendAt: null, sealedInvitation: null };
    return pages.start(pageId, row, now);
  };
  const finish = (pageId: string, verificationId: string, now = NOW) =>
    pages.finish(pageId, { verificationId, phoneNumber: NUMBER }, now);
  const winners = (results: readonly boolean[]) => results.filter(Boolean).length;

  it('are used by the first of many browsers', async () => {
    const pageId = await add();
    const results = await inParallel(12, (index) => pages.bind(pageId, `browser-${index}`, NOW));
    expect(winners(results)).toBe(1);
    const page = await pages.find(pageId);
    expect(page?.browserDigest).toBe(`browser-${results.indexOf(true)}`);
  });

  it('end once, however many callers end them', async () => {
    const pageId = await add();
    await start(pageId, 'first');
    expect(winners(await inParallel(12, () => finish(pageId, 'first')))).toBe(1);
    expect(await start(pageId, 'second')).toBe(false);
    expect(await finish(pageId, 'first')).toBe(false);
    expect(await pages.bind(pageId, 'browser', NOW)).toBe(false);
    expect((await pages.find(pageId))?.verificationId).toBe('first');
  });

  it('end with the verification that they wait for, or with the one that replaced it', async () => {
    const pageId = await add();
    await start(pageId, 'first');
    const [isReplaced, isFinished] = await Promise.all([
      start(pageId, 'second'),
      finish(pageId, 'first'),
    ]);
    const isSecond = await finish(pageId, 'second');
    expect([isReplaced, isSecond]).toEqual([!isFinished, !isFinished]);
  });

  it('cannot be used after their time', async () => {
    const pageId = await add();
    expect(await start(pageId, 'first', later(599))).toBe(true);
    expect(await finish(pageId, 'first', later(600))).toBe(false);
    expect(await start(pageId, 'second', later(600))).toBe(false);
    expect(await pages.bind(pageId, 'browser', later(600))).toBe(false);
  });

  it('are deleted in batches', async () => {
    expect(await pages.prune(later(600), 100)).toBe(0);
    expect(await pages.prune(later(601), 2)).toBe(2);
    expect(await pages.prune(later(601), 100)).toBe(made - 2);
  });
});
