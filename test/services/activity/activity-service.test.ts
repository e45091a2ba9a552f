import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../../src/lib/logger.ts';
import {
  type ActivityService,
  createActivityService,
} from '../../../src/services/activity/activity-service.ts';
import { createActivityStore } from '../../../src/storage/activity/activity-store.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOON = new Date('2026-03-01T12:00:00.000Z');

onOneDatabase('the activity service on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let activity: ActivityService;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    const activities = createActivityStore(migrated.database);
    activity = createActivityService({
      ...{ activities, logger: createLogger('silent'), now: () => NOON },
    });
  });
  afterAll(() => migrated.close());

  /** Logs a send in a call that has not ended. */
  function send(details: string) {
    const call = activity.openCall();
    const origin = { accountId: 'default', ipAddress: '192.0.2.1', userAgent: undefined, call };
    activity.log(origin, { action: 'otp_send', status: 'success', details });
    return call;
  }

  async function listDetails(): Promise<(string | null)[]> {
    const rows = await migrated.database.models.ActivityLog.findAll({ order: ['id'] });
    return rows.map(({ details }) => details);
  }

  it('writes what calls in progress have logged for an erasure and on a stop, once', async () => {
    const calls = [send('one'), send('two')];
    await activity.flush();
    expect(await listDetails()).toEqual(['one', 'two']);
    calls.push(send('three'));
    await activity.close();
    expect(await listDetails()).toEqual(['one', 'two', 'three']);
    for (const call of calls) activity.endCall(call);
    await activity.close();
    expect(await listDetails()).toHaveLength(3);
  });
});
