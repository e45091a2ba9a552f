import { readdirSync } from 'node:fs';
import { isTimeZone } from '../../src/lib/time/time-zone.ts';

const ZONEINFO = '/usr/share/zoneinfo';

/** Old names that programs still send; the list of `Intl` has only one name of each zone. */
const ALIASES = [
  ...['Australia/LHI', 'Asia/Calcutta', 'Asia/Kolkata', 'Asia/Katmandu', 'Asia/Kathmandu'],
  ...['America/Buenos_Aires', 'Brazil/East', 'Cuba', 'Egypt', 'Eire', 'NZ-CHAT', 'Pacific/Samoa'],
  ...['US/Samoa', 'Kwajalein', 'Etc/GMT+12', 'Etc/GMT-14', 'Etc/UTC', 'GMT', 'UTC', 'EST5EDT'],
];

/** Every name of a time zone that this machine knows, in a fixed order. */
export function listTimeZones(): readonly string[] {
  const names = [...Intl.supportedValuesOf('timeZone'), ...ALIASES, ...readZoneinfo()];
  return [...new Set(names)].filter(isTimeZone).sort();
}

function readZoneinfo(): string[] {
  try {
    return (readdirSync(ZONEINFO, { recursive: true }) as string[]).filter(
      (name) => !/^(?:posix|right)\//.test(name),
    );
  } catch {
    return []; // A machine without the files of the database has the list of `Intl`.
  }
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function createDraws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
