import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  type ContactStore,
  createContactStore,
} from '../../../src/storage/whatsapp/contact-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

onEveryDatabase('the contact store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: ContactStore;
  const now = new Date('2026-03-01T23:59:59.999Z');
  const later = addSeconds(now, 1);

  const find = async (sessionId: string, phoneNumber: string) =>
    (await store.find(phoneNumber)).get(sessionId);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createContactStore(migrated.database);
  });
  afterAll(() => migrated.close());

  it.each([true, false])('keeps that WhatsApp answered %s about a number, and when', async (is) => {
    const phone = nextNumber();
    expect(await find('one', phone)).toBeUndefined();
    await store.saveLookup('one', phone, !is, now);
    await store.saveLookup('one', phone, is, later);
    expect(await find('one', phone)).toEqual({
      isOnWhatsApp: is,
      checkedAt: later,
      knownAt: undefined,
    });
    expect(await find('two', phone)).toBeUndefined();
  });

  it('keeps an acquaintance beside what was looked up, whichever came first', async () => {
    const [a, b] = [nextNumber(), nextNumber()];
    await store.saveLookup('one', a, true, now);
    await store.markKnown('one', a, later);
    await store.markKnown('one', b, now);
    expect((await find('one', b))?.isOnWhatsApp).toBeUndefined();
    await store.saveLookup('one', b, true, later);
    expect(await find('one', a)).toEqual({
      isOnWhatsApp: true,
      checkedAt: now,
      knownAt: later,
    });
    expect(await find('one', b)).toEqual({
      isOnWhatsApp: true,
      checkedAt: later,
      knownAt: now,
    });
  });

  it('loses none of 40 concurrent notes about a number that it did not have', async () => {
    const phone = nextNumber();
    await inParallel(40, (i) =>
      i % 2 ? store.saveLookup('one', phone, true, now) : store.markKnown('one', phone, later),
    );
    expect(await find('one', phone)).toEqual({
      isOnWhatsApp: true,
      checkedAt: now,
      knownAt: later,
    });
  });

  it('forgets everybody of one session', async () => {
    const phone = nextNumber();
    await store.markKnown('cleared', phone, now);
    await store.markKnown('other', phone, now);
    await store.clear('cleared');
    expect(await find('cleared', phone)).toBeUndefined();
    expect(await find('other', phone)).toBeDefined();
  });

  it('forgets an acquaintance and nothing else', async () => {
    const phone = nextNumber();
    await store.saveLookup('one', phone, true, now);
    await store.markKnown('one', phone, now);
    await store.markKnown('two', phone, now);
    await store.forgetKnown('one', phone, later);
    await store.forgetKnown('nobody', phone, later);
    expect(await find('one', phone)).toEqual({
      isOnWhatsApp: true,
      checkedAt: now,
      knownAt: undefined,
    });
    expect((await find('two', phone))?.knownAt).toEqual(now);
    expect(await find('nobody', phone)).toBeUndefined();
  });

  it('finds what all sessions know about a number at once', async () => {
    const phone = nextNumber();
    await store.markKnown('one', phone, now);
    await store.markKnown('two', phone, later);
    await store.saveLookup('stranger', phone, true, later);
    const found = await store.find(phone);
    expect([...found].map(([sessionId, { knownAt }]) => [sessionId, knownAt]).sort()).toEqual([
      ['one', now],
      ['stranger', undefined],
      ['two', later],
    ]);
    expect(await store.find(nextNumber())).toEqual(new Map());
  });

  it('prunes contacts that were not updated since a moment, no more than a batch at once', async () => {
    await migrated.database.statements.change('DELETE FROM "session_contacts"', []);
    const before = new Date('2026-02-01T00:00:00.000Z');
    const [a, b] = [nextNumber(), nextNumber()];
    const crossed = [
      ['one', a],
      ['two', b],
      ['one', b],
      ['two', a],
    ] as const;
    for (const [session, phone] of crossed) {
      await store.saveLookup(session, phone, true, addSeconds(before, -9));
    }
    await store.saveLookup('three', a, true, addSeconds(before, -9));
    await store.saveLookup('three', a, true, before);
    expect(await store.prune(before, 1)).toBe(1);
    expect(await store.prune(before, 2)).toBe(2);
    expect(await store.prune(before, 5)).toBe(1);
    expect(await store.prune(before, 5)).toBe(0);
    expect(await find('three', a)).toBeDefined();
  });

  it('prunes no contact that is updated at the same moment', async () => {
    const phones = Array.from({ length: 60 }, nextNumber);
    for (const phone of phones) await store.saveLookup('one', phone, true, addSeconds(now, -9));
    await Promise.all([
      store.prune(now, 200),
      ...phones.map((phone) => store.markKnown('one', phone, now)),
      store.prune(now, 200),
    ]);
    const found = await Promise.all(phones.map((phone) => find('one', phone)));
    expect(found.map((contact) => contact?.knownAt)).toEqual(phones.map(() => now));
  });

  it('prunes a batch of 200', async () => {
    await migrated.database.statements.change('DELETE FROM "session_contacts"', []);
    await inParallel(201, () => store.markKnown('one', nextNumber(), now));
    expect(await store.prune(later, 200)).toBe(200);
    expect(await store.prune(later, 200)).toBe(1);
  });
});
