import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../../src/lib/logger.ts';
import { createActivityRecorder } from '../../../src/services/activity/activity-recorder.ts';
import {
  type Activity,
  createActivityStore,
} from '../../../src/storage/activity/activity-store.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { waitFor } from '../../support/wait-for.ts';

const CALL: Activity = { accountId: 'default', action: 'api_call', status: 'success' };

onEveryDatabase('the activity recorder on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let migrated: MigratedDatabase;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
  });
  afterAll(() => migrated.close());
  beforeEach(() => migrated.database.models.ActivityLog.destroy({ where: {} }));

  /** The recorder of one node, whose clock stands until the test moves it. */
  function createNode() {
    const lines: string[] = [];
    let time = new Date('2026-03-01T12:00:00.001Z');
    const recorder = createActivityRecorder({
      activities: createActivityStore(migrated.database),
      logger: createLogger('info', { write: (line) => void lines.push(line) }),
    });
    const add = (activity: Activity) => recorder.add({ activity, at: time });
    const setTime = (text: string) => {
      time = new Date(text);
    };
    return { ...recorder, add, lines, setTime };
  }

  const readAll = () => migrated.database.models.ActivityLog.findAll({ order: ['id'] });
  const countAll = () => migrated.database.models.ActivityLog.count();

  /** Lets every write fail until the returned function is called. */
  async function breakTable() {
    const { sequelize } = migrated.database;
    await sequelize.query('ALTER TABLE activity_logs RENAME TO activity_logs_away');
    return () => sequelize.query('ALTER TABLE activity_logs_away RENAME TO activity_logs');
  }

  it('writes every field, with the time at which it happened, in the order in which it did', async () => {
    const node = createNode();
    const whole: Activity = {
      ...{ ...CALL, action: 'otp_send', status: 'error', sessionId: 'first', messageType: 'text' },
      ...{
        phoneNumber: '+6281234567890',
        messageId: 'm-1',
        verificationId: 'v-1',
        details: 'http',
      },
      ...{ errorMessage: 'rate_limited', ipAddress: '192.0.2.1', userAgent: 'a "browser"' },
      ...{ requestData: '{"limit":1}', responseData: '{"status":400}', duration: 12 },
    };
    node.add(whole);
    node.setTime('2026-03-01T12:00:00.500Z');
    node.add(CALL);
    await node.close();
    const [first, second] = await readAll();
    expect(first?.get()).toMatchObject({
      ...whole,
      countDue: null,
      createdAt: new Date('2026-03-01T12:00:00.001Z'),
    });
    expect(second?.get()).toMatchObject({ ...CALL, details: null, duration: null });
    expect(second?.createdAt).toEqual(new Date('2026-03-01T12:00:00.500Z'));
  });

  itOnOne(
    'leaves rows that are added during a write to the next one, in which they share a batch',
    async () => {
      const store = createActivityStore(migrated.database);
      const batches: number[] = [];
      const recorder = createActivityRecorder({
        activities: {
          async recordAll(batch) {
            const isFirst = batches.push(batch.length) === 1;
            for (let call = 0; isFirst && call < 5; call += 1) recorder.add(dated);
            await store.recordAll(batch);
          },
        },
        logger: createLogger('info', { write: () => {} }),
      });
      const dated = { activity: CALL, at: new Date() };
      recorder.add(dated);
      await recorder.flush();
      expect([batches, await countAll()]).toEqual([[1], 1]);
      await recorder.flush();
      expect([batches, await countAll()]).toEqual([[1, 5], 6]);
    },
  );

  itOnOne('writes by itself when its time has come, and at once when many wait', async () => {
    const [patient, full] = [createNode(), createNode()];
    for (let call = 0; call < 199; call += 1) patient.add({ ...CALL, details: 'patient' });
    for (let call = 0; call < 200; call += 1) full.add({ ...CALL, details: 'full' });
    await waitFor(async () => (await readAll()).at(0), 'a row');
    expect((await readAll()).at(0)?.details).toBe('full');
    await waitFor(async () => (await countAll()) === 399 || undefined, 'the others');
  });

  it('writes each row once, whatever the number and however often it is flushed', async () => {
    const nodes = [createNode(), createNode()];
    const flushes: Promise<void>[] = [];
    for (let call = 0; call < 1234; call += 1) {
      const node = nodes[call % 2];
      node?.add({ ...CALL, details: String(call) });
      if (call % 77 === 0) await Promise.resolve(flushes.push(...nodes.map((one) => one.flush())));
    }
    await Promise.all([...flushes, ...nodes.map((node) => node.close())]);
    const told = (await readAll()).map(({ details }) => Number(details)).sort((a, b) => a - b);
    expect(told).toEqual(Array.from({ length: 1234 }, (_, call) => call));
  });

  it('loses nothing when writing fails, says so once, and goes on when it can', async () => {
    const node = createNode();
    const repair = await breakTable();
    for (let round = 0; round < 3; round += 1) {
      for (let call = 0; call < 150; call += 1) node.add({ ...CALL, details: `${round}` });
      await node.flush();
    }
    await repair();
    expect(await countAll()).toBe(0);
    expect(
      node.lines.filter((line) => line.includes('activity could not be written')),
    ).toHaveLength(1);
    await waitFor(async () => (await countAll()) === 450 || undefined, 'the next try');
    expect((await readAll()).map(({ details }) => Number(details))).toEqual(
      [0, 1, 2].flatMap((round) => Array.from({ length: 150 }, () => round)),
    );
    await node.close();
    expect(node.lines.filter((line) => line.includes('lost'))).toEqual([]);
  });

  itOnOne(
    'writes the others when one row can never be written, and tells that it is lost',
    async () => {
      const node = createNode();
      for (let call = 0; call < 20; call += 1) node.add(CALL);
      node.add({ ...CALL, accountId: undefined as unknown as string });
      for (let call = 0; call < 20; call += 1) node.add(CALL);
      await node.close();
      expect(await countAll()).toBe(40);
      const lines = node.lines.map((line) => JSON.parse(line));
      expect(lines).toMatchObject([{ msg: 'activity was dropped', rows: 1 }]);
    },
  );

  itOnOne('tells on closing what it cannot write, and how much it had no room for', async () => {
    const node = createNode();
    const repair = await breakTable();
    for (let call = 0; call < 10_007; call += 1) node.add(CALL);
    await node.close();
    await repair();
    const lines = node.lines.filter((line) => line.includes('"activity was dropped"'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ rows: 10_007 }]);
  });
});
