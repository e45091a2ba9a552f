import { LRUCache } from 'lru-cache';
import { IANAZone } from 'luxon';

/** A period in which a zone keeps one UTC offset. */
export type Stretch = {
  /** Milliseconds since 1970; in the first stretch, the start of the range. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** The UTC offset in milliseconds. */
  readonly offset: number;
};

/** No zone has ever changed its clocks twice in less time. */
const STRIDE_MS = 6 * 3_600_000;

/** Longer ranges would block other requests; no caller needs more than about a year. */
const LONGEST_MS = 400 * 86_400_000;

/**
 * The UTC offsets of a zone between two moments: a few stretches, in order and without gaps. The work only
 * depends on the length of the range.
 * @throws {RangeError} for more than 400 days.
 */
export function stretchesBetween(from: number, to: number, timeZone: string): readonly Stretch[] {
  if (!(to - from <= LONGEST_MS)) throw new RangeError('The time range is too long');
  const zone = zoneOf(timeZone);
  const stretches: Stretch[] = [];
  let startsAt = from;
  let offset = offsetAt(zone, from);
  for (let seen = from; seen < to; seen += STRIDE_MS) {
    const next = Math.min(seen + STRIDE_MS, to);
    const nextOffset = offsetAt(zone, next);
    if (nextOffset === offset) continue;
    const changedAt = findChange(zone, seen, next);
    stretches.push({ startsAt, endsAt: changedAt, offset });
    startsAt = changedAt;
    offset = nextOffset;
  }
  if (startsAt < to) stretches.push({ startsAt, endsAt: to, offset });
  return stretches;
}

/** Whether a name is an alias of UTC. */
export function isUtc(timeZone: string): boolean {
  return zoneOf(timeZone).name === 'UTC';
}

/** The UTC offset of a zone at a moment, in milliseconds. */
export function offsetOf(time: number, timeZone: string): number {
  return offsetAt(zoneOf(timeZone), time);
}

/** The first moment after `before`, up to `after`, with the same offset as at `after`. */
function findChange(zone: IANAZone, before: number, after: number): number {
  const offset = offsetAt(zone, after);
  let [early, late] = [before, after];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (offsetAt(zone, middle) === offset) late = middle;
    else early = middle;
  }
  return late;
}

/** Historical offsets may have seconds, but no fractions of one. */
function offsetAt(zone: IANAZone, time: number): number {
  return Math.round(zone.offset(time) * 60) * 1000;
}

/**
 * Luxon caches every zone name that it is asked for. It is asked for canonical names only, and this cache
 * limits the other spellings (`asia/jakarta`, `ASIA/Jakarta`, …), so that they cannot fill the memory.
 */
const zones = new LRUCache<string, IANAZone>({ max: 200 });

function zoneOf(timeZone: string): IANAZone {
  const known = zones.get(timeZone);
  if (known) return known;
  const { timeZone: name } = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions();
  const zone = IANAZone.create(name);
  zones.set(timeZone, zone);
  return zone;
}
