import { LRUCache } from 'lru-cache';
import { IANAZone } from 'luxon';

/** A stretch of time in which the clocks of a zone keep one distance from UTC. */
export type Stretch = {
  /** Milliseconds since 1970; in the first stretch, when the look began. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** What the clocks are ahead of UTC, in milliseconds. */
  readonly offset: number;
};

/** No zone has ever set its clocks twice within less. */
const STRIDE_MS = 6 * 3_600_000;

/** Longer looks would hold up everybody else: no caller asks for more than about a year. */
const LONGEST_MS = 400 * 86_400_000;

/**
 * How the clocks of a zone stood between two moments: a few stretches, in order and without a gap. The
 * work is bounded by the length of the look alone, whatever the clocks did.
 * @throws {RangeError} for more than 400 days.
 */
export function stretchesBetween(from: number, to: number, timeZone: string): readonly Stretch[] {
  if (!(to - from <= LONGEST_MS)) throw new RangeError('The range of time is too long');
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

/** Whether a name means UTC itself, under whatever alias. */
export function isUtc(timeZone: string): boolean {
  return zoneOf(timeZone).name === 'UTC';
}

/** What the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
export function offsetOf(time: number, timeZone: string): number {
  return offsetAt(zoneOf(timeZone), time);
}

/** The first moment after `before`, until `after`, at which the clocks stand as at `after`. */
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

/** Offsets of long ago have seconds; none has a part of one. */
function offsetAt(zone: IANAZone, time: number): number {
  return Math.round(zone.offset(time) * 60) * 1000;
}

/**
 * Luxon keeps each zone that it was ever asked for, under the name it was asked by. It is asked by one name
 * each, and few spellings of one (`asia/jakarta`, `ASIA/Jakarta`, …) are kept: they cannot fill the memory.
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
