import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { WASocket } from './baileys.ts';

/** Two for each person: from the number to the hidden ID, and back. */
const MOST_MAPPINGS = 10_000;

/**
 * Bounds the cache in which Baileys keeps the hidden ID of each person that the session writes to: it has no limit, and
 * keeps an entry, with a timer, for three days (7.0.0-rc14, `LIDMappingStore`). What is dropped is read from the
 * credentials again.
 * @throws when this release of Baileys has no such cache.
 */
export function boundMappings({ signalRepository }: Pick<WASocket, 'signalRepository'>): void {
  const mappings = signalRepository.lidMapping as unknown as { mappingCache?: unknown };
  if (mappings.mappingCache === undefined) throw new Error('Baileys caches no mappings');
  mappings.mappingCache = createRecentEntries<string>({ most: MOST_MAPPINGS });
}
