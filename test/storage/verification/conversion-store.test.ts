import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ConversionSubject } from '../../../src/domain/verification/send-conversion.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  type ConversionStore,
  createConversionStore,
} from '../../../src/storage/verification/conversion-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOON = new Date('2026-03-01T12:00:00.000Z');
const FORGET_BEFORE = addSeconds(NOON, -3600);

const prefix = (name: string): ConversionSubject => ({
  accountId: 'default',
  kind: 'prefix',
  name,
});

onEveryDatabase('the store of conversions on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: ConversionStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createConversionStore(migrated.database);
  });
  afterAll(() => migrated.close());
  beforeEach(() => migrated.database.models.SendConversion.destroy({ where: {} }));

  async function add(
    outcomes: Readonly<Record<string, [settled: number, verified: number]>>,
    now = NOON,
  ) {
    const list = Object.entries(outcomes).map(([name, [settled, verified]]) => ({
      ...{ subject: prefix(name), settled, verified },
    }));
    const steps = store.toSteps(list, now, FORGET_BEFORE);
    expect(await migrated.database.statements.transact(steps)).toBe(true);
  }

  /** `settled verified` of each prefix. */
  async function read(): Promise<Record<string, string>> {
    const rows = await migrated.database.models.SendConversion.findAll();
    return Object.fromEntries(
      rows.map(({ subjectKey, settled, verified }) => [
        subjectKey.split('|').at(-1),
        `${settled} ${Math.round(verified * 1000) / 1000}`,
      ]),
    );
  }

  it('adds what was settled, until the sample is full', async () => {
    await add({ '+6281': [10, 4], '+6282': [1, 0] });
    await add({ '+6281': [90, 6], '+6283': [2, 2] });
    expect(await read()).toEqual({ '+6281': '100 10', '+6282': '1 0', '+6283': '2 2' });
  });

  it('then lets new sends take the place of the oldest', async () => {
    await add({ '+6281': [100, 50] });
    await add({ '+6281': [20, 0] });
    expect(await read()).toEqual({ '+6281': '100 40' });
    await add({ '+6281': [400, 300] });
    expect(await read()).toEqual({ '+6281': '100 75' });
  });

  it('keeps the share of a sample that is not full yet, but would be too full', async () => {
    await add({ '+6281': [80, 40] });
    await add({ '+6281': [60, 60] });
    expect(await read()).toEqual({ '+6281': '100 80' });
  });

  it('starts empty when nothing was sent for long, or the subject was suspect for long', async () => {
    await add({ old: [50, 50] }, addSeconds(FORGET_BEFORE, 0));
    await add({ suspect: [100, 0], fresh: [100, 0] });
    expect(await store.suspect(prefix('suspect'), FORGET_BEFORE)).toBe(true);
    expect(await store.suspect(prefix('fresh'), addSeconds(FORGET_BEFORE, 1))).toBe(true);
    await add({ old: [3, 1], suspect: [3, 1], fresh: [50, 50] });
    expect(await read()).toEqual({ old: '3 1', suspect: '3 1', fresh: '100 50' });
    const rows = await migrated.database.models.SendConversion.findAll({ order: ['subjectKey'] });
    expect(rows.map(({ suspectedAt }) => suspectedAt)).toEqual([
      ...[addSeconds(FORGET_BEFORE, 1), null, null],
    ]);
  });

  it('adds to many subjects at once, each once', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `+${index}`);
    for (const times of [1, 2, 3]) {
      await add(Object.fromEntries(names.map((name) => [name, [1, 1]])));
      expect(Object.values(await read())).toEqual(names.map(() => `${times} ${times}`));
    }
  });

  it('lists those whose mark is to change, and changes each once', async () => {
    await add({ low: [100, 29], high: [100, 30], few: [99, 0] });
    const subjects = ['low', 'high', 'few', 'unknown'].map(prefix);
    const keyOfLow = 'default|prefix|low';
    expect(await store.listChanged(subjects)).toEqual(new Set([keyOfLow]));
    const marked = await Promise.all([1, 2, 3].map(() => store.suspect(prefix('low'), NOON)));
    expect(marked.filter(Boolean)).toHaveLength(1);
    expect(await store.listChanged(subjects)).toEqual(new Set());
    await add({ low: [20, 20] });
    expect(await store.listChanged(subjects)).toEqual(new Set([keyOfLow]));
    expect(await store.clear(prefix('low'))).toBe(true);
    expect(await store.listChanged(subjects)).toEqual(new Set());
    expect(await store.listChanged([])).toEqual(new Set());
  });
});
