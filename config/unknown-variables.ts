import { findMeantChannel } from '../src/channels/channel-names.ts';
import { channelPrefixes } from '../src/channels/registry.ts';

const OWN_PREFIXES =
  'OTP|LIMIT|DB|DATABASE|CHANNEL|JWT|DEFAULT|ALLOWED|ACTIVITY|CRON|CORS|TRUSTED|EVENT|WEBHOOK|SECRET_KEY|API_KEY|DEMO';

/** Prefixes of our variables: an unknown variable with such a prefix was probably meant for us. */
const PREFIXES = new RegExp(`^(${[OWN_PREFIXES, ...channelPrefixes].join('|')})_`);

/** Variables that Kubernetes and Docker set for a service named, for example, `db`. */
const BY_AN_ORCHESTRATOR = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP)|_ENV_/;

/** Format characters, such as a byte order mark, and blanks. */
const INVISIBLE = /[\p{Cf}\s]/gu;

const LONGEST_CUT = 4;
const MOST_TYPOS = 2;
const SHORTEST_NAME_TO_MISTYPE = 6;

type Source = Readonly<Record<string, string | undefined>>;

/** One line for each variable that looks like one of `known` but is not, with the nearest name. */
export function describeUnknown(source: Source, known: readonly string[]): string[] {
  const allNames = known.flatMap((name) => [name, `${name}_FILE`]);
  return Object.entries(source)
    .filter(([name, value]) => value && !allNames.includes(name) && !isAnOrchestrators(name, value))
    .flatMap(([name]) => describeDisabled(name, allNames, source) ?? describeOne(name, allNames));
}

function isAnOrchestrators(name: string, value: string): boolean {
  return BY_AN_ORCHESTRATOR.test(name) || /^(tcp|udp):/.test(value);
}

function describeOne(name: string, known: readonly string[]): string[] {
  const visible = name.replaceAll(INVISIBLE, '');
  if (visible !== name && known.includes(visible)) {
    return [`${visible}: is ignored because its name contains an invisible character; remove it`];
  }
  const isMeantForUs = PREFIXES.test(name.toUpperCase());
  // Most variables belong to other programs, and comparing all names would take a tenth of a start.
  const candidates = isMeantForUs ? known : known.filter((one) => hasLengthOf(one, name));
  const [nearest, distance] = findNearest(name.toUpperCase(), candidates);
  if (distance <= MOST_TYPOS && Math.min(name.length, nearest.length) >= SHORTEST_NAME_TO_MISTYPE) {
    return [`${name}: unknown variable; did you mean ${nearest}?`];
  }
  if (!isMeantForUs) return [];
  const isNear = distance <= nearest.length / 3;
  return [`${name}: unknown variable${isNear ? `; did you mean ${nearest}?` : ', ignored'}`];
}

/** Describes the variable of a channel with a label that is not enabled; undefined if it has not the form of one. */
function describeDisabled(
  name: string,
  known: readonly string[],
  source: Source,
): string[] | undefined {
  const channel = PREFIXES.test(name) ? findMeantChannel(name.replace(/_FILE$/, '')) : undefined;
  if (channel === undefined) return undefined;
  // A variable that is set already is not the one that was meant.
  const unset = known.filter((one) => !source[one]);
  const [nearest, distance] = findNearest(name, unset);
  const hint = distance <= MOST_TYPOS ? `; did you mean ${nearest}?` : '';
  return [`${name}: is ignored, because OTP_CHANNELS does not include ${channel}${hint}`];
}

/** Whether two names have so similar lengths that one of them can be a misspelling of the other. */
function hasLengthOf(one: string, other: string): boolean {
  return Math.abs(one.length - other.length) <= LONGEST_CUT;
}

function findNearest(name: string, known: readonly string[]): [name: string, distance: number] {
  return known
    .map((one): [string, number] => [one, distanceOf(name, one)])
    .reduce((best, one) => (one[1] < best[1] ? one : best), ['', Number.POSITIVE_INFINITY]);
}

/** A name that was cut off or has a suffix counts as nearer than its edit distance. */
function distanceOf(name: string, known: string): number {
  const isCut = known.startsWith(name) || name.startsWith(known);
  const distance = editDistance(name, known);
  return isCut && distance <= LONGEST_CUT ? Math.min(distance, 1) : distance;
}

/** The Levenshtein distance: how many characters to add, drop or change to turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (character === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
