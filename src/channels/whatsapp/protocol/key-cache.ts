import { LRUCache } from 'lru-cache';
import type { Key } from './key-codec.ts';

/** How many keys of a session stay in memory. */
const MOST_KEYS = 256;

/** 812 of them are made for a new device, and each is used once. */
const NOT_KEPT = 'pre-key';

/**
 * The keys of one session in memory: those that are in the database, up to a number, and those that
 * are not yet, however many. A null value is a key that is known not to be there.
 */
export function createKeyCache() {
  const saved = new LRUCache<string, Key>({ max: MOST_KEYS });
  const unsaved = new Map<string, Key>();
  const nameOf = (category: string, keyId: string) => `${category}|${keyId}`;

  return {
    /** Undefined: only the database can tell. */
    find(category: string, keyId: string): Key | undefined {
      const name = nameOf(category, keyId);
      return unsaved.get(name) ?? saved.get(name);
    },

    /** Takes in what the database has. */
    learn(key: Key): void {
      if (key.category !== NOT_KEPT) saved.set(nameOf(key.category, key.keyId), key);
    },

    /** Takes in what the database must get. */
    change(category: string, keyId: string, value: unknown): void {
      unsaved.set(nameOf(category, keyId), { category, keyId, value });
    },

    changes: () => [...unsaved.values()],

    /** These are in the database now, but for those that changed again meanwhile. */
    markSaved(keys: readonly Key[]): void {
      for (const key of keys) {
        const name = nameOf(key.category, key.keyId);
        if (unsaved.get(name) === key) unsaved.delete(name);
        if (key.category !== NOT_KEPT) saved.set(name, key);
      }
    },
  };
}
