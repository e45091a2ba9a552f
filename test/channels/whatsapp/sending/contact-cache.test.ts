import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ContactCache,
  createContactCache,
} from '../../../../src/channels/whatsapp/sending/contact-cache.ts';
import {
  type ContactStore,
  createContactStore,
} from '../../../../src/storage/whatsapp/contact-store.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../../support/database/migrated-database.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

describe('the contacts in memory', () => {
  let migrated: MigratedDatabase;
  let store: ContactStore;
  let cache: ContactCache;
  let phone: string;
  let reads = 0;
  const now = new Date('2026-03-01T00:00:00.000Z');

  beforeAll(async () => {
    migrated = await createMigratedDatabase('sqlite');
    store = createContactStore(migrated.database);
  });
  afterAll(() => migrated.close());
  beforeEach(() => {
    phone = nextNumber();
    reads = 0;
    cache = createContactCache({
      ...store,
      find(phoneNumber) {
        reads += 1;
        return store.find(phoneNumber);
      },
    });
  });

  const knownAt = async (sessionId = 'one') => (await cache.find(phone)).get(sessionId)?.knownAt;

  it('are read once while a session knows the recipient', async () => {
    await store.markKnown('one', phone, now);
    for (let send = 0; send < 3; send += 1) expect(await knownAt()).toEqual(now);
    expect(await knownAt('two')).toBeUndefined();
    expect(reads).toBe(1);
  });

  it('are read each time while no session knows the recipient', async () => {
    await store.saveLookup('one', phone, true, now);
    expect(await knownAt()).toBeUndefined();
    // For example, another node has received a message.
    await store.markKnown('one', phone, now);
    expect(await knownAt()).toEqual(now);
    expect(reads).toBe(2);
  });

  it.each<[string, () => Promise<void> | void, Date | undefined]>([
    ['a recipient becomes known', () => cache.markKnown('two', phone, now), now],
    ['a recipient is looked up', () => cache.saveLookup('one', phone, true, now), now],
    ['a recipient is refused', () => cache.forgetKnown('one', phone, now), undefined],
    ['a session has a new number', () => cache.clear('one'), undefined],
    ['a recipient is dropped', () => cache.forget(phone), now],
    ['all are dropped', () => cache.forgetAll(), now],
  ])('are read again when %s', async (_, change, expected) => {
    await store.markKnown('one', phone, now);
    await knownAt();
    await change();
    expect(await knownAt()).toEqual(expected);
    expect(reads).toBe(2);
  });

  it('are read again when a refusal could not be stored', async () => {
    await store.markKnown('one', phone, now);
    const failing = createContactCache({
      ...store,
      find: (phoneNumber) => cache.find(phoneNumber),
      forgetKnown: () => Promise.reject(new Error('the database is gone')),
    });
    await failing.find(phone);
    await expect(failing.forgetKnown('one', phone, now)).rejects.toThrow();
    cache.forgetAll();
    await failing.find(phone);
    expect(reads).toBe(2);
  });

  it('are not those of a read that began before the change', async () => {
    await store.markKnown('one', phone, now);
    const reading = cache.find(phone);
    const refusing = cache.forgetKnown('one', phone, now);
    await Promise.all([reading, refusing]);
    expect(await knownAt()).toBeUndefined();
  });
});
