import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { Key } from './key-codec.ts';

/** How many keys of a session stay in memory. */
const MOST_KEYS = 256;

/** A new device has 812 pre-keys, and each is used once. */
const NOT_KEPT = 'pre-key';

/**
 * Caches the keys of one session: a limited number of stored ones, and all that are not stored yet. A
 * null value means that the key is known not to exist.
 */
export function createKeyCache() {
  const saved = createRecentEntries<Key>({ most: MOST_KEYS });
  const unsaved = new Map<string, Key>();
  const nameOf = (category: string, keyId: string) => `${category}|${keyId}`;

  return {
    /** Undefined means that the key must be read from the database. */
    find(category: string, keyId: string): Key | undefined {
      const name = nameOf(category, keyId);
      return unsaved.get(name) ?? saved.get(name);
    },

    /** Adds a key that was read from the database. */
    learn(key: Key): void {
      if (key.category !== NOT_KEPT) saved.set(nameOf(key.category, key.keyId), key);
    },

    /** Adds a key that must be written to the database. */
    change(category: string, keyId: string, value: unknown): void {
      unsaved.set(nameOf(category, keyId), { category, keyId, value });
    },

    changes: () => [...unsaved.values()],

    /** Marks keys as stored, except those that have changed again. */
    markSaved(keys: readonly Key[]): void {
      for (const key of keys) {
        const name = nameOf(key.category, key.keyId);
        if (unsaved.get(name) === key) unsaved.delete(name);
        if (key.category !== NOT_KEPT) saved.set(name, key);
      }
    },
  };
}
