import type { WhatsAppPerson } from '../../../domain/conversations/whatsapp-message.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { SeenLid } from '../../../storage/conversations/ingest-store.ts';
import type { LidStore } from '../../../storage/conversations/lid-store.ts';

/** How many LIDs of a session are remembered. */
const MOST = 5000;

/** A LID without a number is looked for again after this time: another node, or the phone, may know it. */
const UNKNOWN_MS = 60_000;

export type KnownLids = ReturnType<typeof createKnownLids>;

/** Knows the numbers of the LIDs that a session has met, and which of them are stored. */
export function createKnownLids(lids: Pick<LidStore, 'findNumbers'>, sessionId: string) {
  const numbers = createRecentEntries<string>({ most: MOST });
  const unknown = createRecentEntries<true>({ most: MOST, ttlMs: UNKNOWN_MS });
  /** Stored without a number. */
  const seen = createRecentEntries<true>({ most: MOST });

  /** Reads the numbers of LIDs that come without one and are not known. */
  async function load(people: readonly WhatsAppPerson[]): Promise<void> {
    const missing = people.flatMap(({ lid, phoneNumber }) =>
      lid === undefined || phoneNumber !== undefined || numbers.has(lid) || unknown.has(lid)
        ? []
        : [lid],
    );
    if (missing.length === 0) return;
    const found = await lids.findNumbers(sessionId, [...new Set(missing)]);
    for (const lid of missing) {
      const phoneNumber = found.get(lid);
      if (phoneNumber === undefined) unknown.set(lid, true);
      else numbers.set(lid, phoneNumber);
    }
  }

  /** Adds the number of a person whose LID is known. */
  function complete(person: WhatsAppPerson): WhatsAppPerson {
    const { lid, phoneNumber = lid === undefined ? undefined : numbers.get(lid) } = person;
    return phoneNumber === undefined ? person : { ...person, phoneNumber };
  }

  function isStored({ lid, phoneNumber }: SeenLid): boolean {
    const known = numbers.get(lid);
    if (phoneNumber !== undefined) return known === phoneNumber;
    return known !== undefined || seen.has(lid);
  }

  /** Lists the LIDs among these people that are not stored, or stored without their number. */
  function findNew(people: readonly WhatsAppPerson[]): SeenLid[] {
    const found = new Map<string, SeenLid>();
    for (const { lid, phoneNumber } of people) {
      if (lid === undefined || isStored({ lid, phoneNumber })) continue;
      found.set(lid, { lid, phoneNumber: phoneNumber ?? found.get(lid)?.phoneNumber });
    }
    return [...found.values()];
  }

  /** Notes that LIDs are stored. */
  function noteStored(stored: readonly SeenLid[]): void {
    for (const { lid, phoneNumber } of stored) {
      if (phoneNumber === undefined) seen.set(lid, true);
      else {
        numbers.set(lid, phoneNumber);
        unknown.delete(lid);
      }
    }
  }

  return { load, complete, findNew, noteStored };
}
