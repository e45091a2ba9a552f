import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  type ActivityStore,
  createActivityStore,
} from '../../../src/storage/activity/activity-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const ACTIVITY = { accountId: 'default', action: 'otp_unlock', status: 'success' } as const;

onEveryDatabase('the activity store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: ActivityStore;
  const now = new Date('2026-03-01T23:59:59.999Z');
  const rows = () => migrated.database.models.ActivityLog.findAll({ order: ['id'] });

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createActivityStore(migrated.database);
  });
  afterAll(() => migrated.close());

  it('keeps what happened, when and to whom', async () => {
    await store.record({ ...ACTIVITY, phoneNumber: '+6281234567890', ipAddress: '::1' }, now);
    const [row] = await rows();
    expect(row?.get()).toMatchObject({
      ...ACTIVITY,
      phoneNumber: '+6281234567890',
      ipAddress: '::1',
      createdAt: now,
    });
  });

  it('cuts a long user agent, so that the row can always be written', async () => {
    await store.record({ ...ACTIVITY, userAgent: 'ä'.repeat(2000) }, now);
    const [row] = (await rows()).slice(-1);
    expect(row?.userAgent).toHaveLength(512);
  });

  it('keeps of which session and message it was, and what went wrong', async () => {
    const activity = {
      accountId: 'default',
      action: 'message_send',
      status: 'error',
      sessionId: 'first',
      messageType: 'text',
      messageId: 'message-1',
    } as const;
    await store.record({ ...activity, errorMessage: `refused\0${'x'.repeat(70_000)}` }, now);
    const [row] = (await rows()).slice(-1);
    expect(row?.get()).toMatchObject(activity);
    expect(row?.errorMessage).toBe(`refused${'x'.repeat(493)}`);
  });

  it('writes 50 rows of 50 concurrent callers', async () => {
    const before = (await rows()).length;
    await Promise.all(Array.from({ length: 50 }, () => store.record(ACTIVITY, now)));
    expect(await rows()).toHaveLength(before + 50);
  });

  it('prunes rows that were written before a moment, no more than a batch at once', async () => {
    const before = new Date('2026-02-01T00:00:00.000Z');
    await migrated.database.models.ActivityLog.destroy({ where: {} });
    for (const seconds of [-3, -2, -1, 0, 1]) {
      await store.record(ACTIVITY, addSeconds(before, seconds));
    }
    expect(await store.prune(before, 2)).toBe(2);
    expect(await store.prune(before, 2)).toBe(1);
    expect(await store.prune(before, 2)).toBe(0);
    expect((await rows()).map(({ createdAt }) => createdAt)).toEqual([
      before,
      addSeconds(before, 1),
    ]);
  });
});
