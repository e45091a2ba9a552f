import { LIDMappingStore } from '@whiskeysockets/baileys/lib/Signal/lid-mapping.js';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { boundMappings } from '../../../../src/channels/whatsapp/protocol/bound-mappings.ts';

/** The keys of a session, without a database. */
function createKeys() {
  const stored = new Map<string, string>();
  return {
    get: async (_: string, ids: readonly string[]) =>
      Object.fromEntries(ids.flatMap((id) => (stored.has(id) ? [[id, stored.get(id)]] : []))),
    set: async ({ 'lid-mapping': added }: Record<string, Record<string, string>>) => {
      for (const [id, value] of Object.entries(added ?? {})) stored.set(id, value);
    },
    transaction: (work: () => Promise<unknown>) => work(),
  };
}

it('keeps the hidden IDs of 5,000 people in memory, and finds those of the others in the credentials', async () => {
  const lidMapping = new LIDMappingStore(createKeys() as never, pino({ level: 'silent' }) as never);
  boundMappings({ signalRepository: { lidMapping } as never });
  const people = Array.from({ length: 5200 }, (_, index) => ({
    pn: `62812${1_000_000 + index}@s.whatsapp.net`,
    lid: `77${1_000_000 + index}@lid`,
  }));
  await lidMapping.storeLIDPNMappings(people);
  const { mappingCache } = lidMapping as unknown as { mappingCache: { size: number } };
  expect(mappingCache.size).toBe(10_000);
  for (const { pn, lid } of [people[0], people.at(-1)].flatMap((one) => one ?? [])) {
    expect(await lidMapping.getLIDForPN(pn)).toBe(lid);
  }
});

it('refuses a release of Baileys that has no such cache', () => {
  expect(() => boundMappings({ signalRepository: { lidMapping: {} } as never })).toThrow('Baileys');
});
