import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  createTemplateStore,
  type TemplateStore,
} from '../../../src/storage/delivery/template-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOON = new Date('2026-03-01T12:00:00.000Z');
const LATER = addSeconds(NOON, 60);

onEveryDatabase('the store of templates on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: TemplateStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createTemplateStore(migrated.database);
  });
  afterAll(() => migrated.close());
  beforeEach(() => migrated.database.models.MessageTemplate.destroy({ where: {} }));

  const english = { channel: 'http', locale: 'en', text: '{{code}} is your code 👍' };

  it('creates a template with the account, then replaces its text', async () => {
    await store.save('shop', english, NOON);
    const { id, ...created } = (await store.find('shop', english)) ?? {};
    expect(created).toEqual({ ...english, createdAt: NOON, updatedAt: NOON });
    const changed = { ...english, text: '{{code}} = الرمز' };
    await store.save('shop', changed, LATER);
    expect(await store.find('shop', english)).toEqual({
      ...{ ...changed, id, createdAt: NOON, updatedAt: LATER },
    });
    // The same text again is a change, too.
    await store.save('shop', changed, LATER);
    expect(await store.listAll('shop')).toEqual([changed]);
  });

  it('has one template for a channel and language, whoever saves it first', async () => {
    const texts = Array.from({ length: 10 }, (_, index) => `{{code}} ${index}`);
    await Promise.all(texts.map((text) => store.save('bank', { ...english, text }, NOON)));
    const [saved, ...others] = await store.listAll('bank');
    expect(others).toEqual([]);
    expect(texts).toContain(saved?.text);
  });

  it('distinguishes accounts, channels and languages, also by case', async () => {
    const targets = [
      ...[english, { ...english, channel: '*' }, { ...english, locale: '*' }],
      ...[{ ...english, locale: 'EN' }],
    ];
    for (const target of targets) await store.save('shop', target, NOON);
    await store.save('bank', { ...english, text: 'other {{code}}' }, NOON);
    expect(await store.listAll('shop')).toHaveLength(4);
    expect(await store.remove('shop', english)).toBe(true);
    expect(await store.remove('shop', english)).toBe(false);
    expect(await store.find('shop', english)).toBeUndefined();
    expect(await store.listAll('shop')).toHaveLength(3);
    expect(await store.find('bank', english)).toMatchObject({ text: 'other {{code}}' });
    expect(await store.listAll('unknown')).toEqual([]);
  });

  it('lists pages, newest first, with one more to show that there are more', async () => {
    for (const locale of ['de', 'en', 'fr', 'it']) {
      await store.save('shop', { ...english, locale }, NOON);
    }
    await store.save('bank', english, NOON);
    const first = await store.list('shop', { limit: 2, before: undefined });
    expect(first.map(({ locale }) => locale)).toEqual(['it', 'fr', 'en']);
    const rest = await store.list('shop', { limit: 2, before: first[1]?.id });
    expect(rest.map(({ locale }) => locale)).toEqual(['en', 'de']);
  });
});
