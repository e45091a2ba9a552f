import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRecentEntries } from '../../src/lib/recent-entries.ts';

it('keeps the most recently used entries', () => {
  const entries = createRecentEntries<number>({ most: 2 });
  entries.set('a', 1).set('b', 2);
  entries.get('a');
  entries.set('c', 3);
  expect([...entries.keys()].sort()).toEqual(['a', 'c']);
});

it('drops an entry when its time is over, also if nobody asks for it', async () => {
  const entries = createRecentEntries<number>({ most: 3, ttlMs: 20 });
  entries.set('a', 1).set('b', 2);
  expect(entries.get('a')).toBe(1);
  while (entries.size > 0) await pause(10);
  expect(entries.get('a')).toBeUndefined();
});
