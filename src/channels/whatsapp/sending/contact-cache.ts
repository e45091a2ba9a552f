import { createTtlCache } from '../../../lib/concurrency/ttl-cache.ts';
import type { Contact, ContactBook } from '../interfaces.ts';

/**
 * How long a known contact stays in memory. Only the node that keeps a session changes its contacts, but an
 * operator may erase a recipient on another node, and a session may move to one and back.
 */
const KEEP_MS = 60_000;

export type ContactCache = ReturnType<typeof createContactCache>;

/**
 * Remembers recipients whom a session knows, so that a repeated message needs no query. Every change goes
 * through here and drops the recipient. Recipients whom no session knows are always read.
 */
export function createContactCache(book: ContactBook) {
  const cache = createTtlCache((phoneNumber) => book.find(phoneNumber), { keepMs: KEEP_MS });

  /** Drops the recipient when the change has ended, even if it failed: it may have been written. */
  async function change(phoneNumber: string, write: Promise<void>): Promise<void> {
    try {
      await write;
    } finally {
      cache.forget(phoneNumber);
    }
  }

  return {
    /** Finds what each session knows about a number. */
    async find(phoneNumber: string): Promise<ReadonlyMap<string, Contact>> {
      const contacts = (await cache.recall(phoneNumber)) ?? new Map();
      const isKnown = [...contacts.values()].some(({ knownAt }) => knownAt !== undefined);
      if (!isKnown) cache.forget(phoneNumber);
      return contacts;
    },
    saveLookup: (...[sessionId, phoneNumber, ...found]: Parameters<ContactBook['saveLookup']>) =>
      change(phoneNumber, book.saveLookup(sessionId, phoneNumber, ...found)),
    markKnown: (...[sessionId, phoneNumber, ...facts]: Parameters<ContactBook['markKnown']>) =>
      change(phoneNumber, book.markKnown(sessionId, phoneNumber, ...facts)),
    forgetKnown: (sessionId: string, phoneNumber: string, now: Date) =>
      change(phoneNumber, book.forgetKnown(sessionId, phoneNumber, now)),
    async clear(sessionId: string): Promise<void> {
      await book.clear(sessionId);
      cache.forgetAll();
    },
    /** Drops a number whose contacts were changed in the database. */
    forget: cache.forget,
    /** Drops all numbers, because a session may have other contacts than before. */
    forgetAll: cache.forgetAll,
  };
}
