import { expect, it } from 'vitest';
import { createKeyCache } from '../../../../src/channels/whatsapp/protocol/key-cache.ts';

const key = (keyId: string, value: unknown = `of ${keyId}`, category = 'session') => ({
  category,
  keyId,
  value,
});

it('a key that is not in the database yet is found before the one that is', () => {
  const cache = createKeyCache();
  cache.learn(key('a', 'old'));
  expect(cache.find('session', 'a')?.value).toBe('old');
  cache.change('session', 'a', 'new');
  expect(cache.find('session', 'a')?.value).toBe('new');
  cache.learn(key('a', 'read while it changed'));
  expect(cache.find('session', 'a')?.value).toBe('new');
  expect(cache.changes()).toEqual([key('a', 'new')]);
});

it('what changed again while it was written is still to be written', () => {
  const cache = createKeyCache();
  cache.change('session', 'a', 1);
  cache.change('session', 'b', 1);
  const written = cache.changes();
  cache.change('session', 'a', 2);
  cache.markSaved(written);
  expect(cache.changes()).toEqual([key('a', 2)]);
  expect(cache.find('session', 'a')?.value).toBe(2);
  expect(cache.find('session', 'b')?.value).toBe(1);
});

it('a key that is known not to be there need not be asked for', () => {
  const cache = createKeyCache();
  cache.learn(key('a', null));
  expect(cache.find('session', 'a')).toEqual(key('a', null));
  expect(cache.find('session', 'b')).toBeUndefined();
  expect(cache.find('sender-key', 'a')).toBeUndefined();
});

it('of keys that are in the database a bounded number is kept, of those that are not all', () => {
  const cache = createKeyCache();
  const names = Array.from({ length: 1000 }, (_, index) => `key-${index}`);
  for (const name of names) cache.change('session', name, name);
  expect(names.filter((name) => !cache.find('session', name))).toEqual([]);
  expect(cache.changes()).toHaveLength(1000);
  cache.markSaved(cache.changes());
  expect(cache.changes()).toEqual([]);
  const kept = names.filter((name) => cache.find('session', name));
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThanOrEqual(256);
});

it('pre-keys, of which there are 812 and each is used once, take no place', () => {
  const cache = createKeyCache();
  cache.change('pre-key', '1', 'secret');
  expect(cache.find('pre-key', '1')?.value).toBe('secret');
  cache.markSaved(cache.changes());
  cache.learn(key('2', 'secret', 'pre-key'));
  expect([cache.find('pre-key', '1'), cache.find('pre-key', '2')]).toEqual([undefined, undefined]);
});
