import { channelPrefixes } from '../src/channels/registry.ts';

const OWN_PREFIXES =
  'OTP|LIMIT|DB|DATABASE|CHANNEL|JWT|DEFAULT|ALLOWED|ACTIVITY|CRON|CORS|TRUSTED|SECRET_KEY|API_KEY|DEMO';

/** What the names of our variables begin with: others with such a name were probably meant for us. */
const PREFIXES = new RegExp(`^(${[OWN_PREFIXES, ...channelPrefixes].join('|')})_`);

/** What Kubernetes and Docker put into the environment for a service that is called `db`, say. */
const BY_AN_ORCHESTRATOR = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP)|_ENV_/;

/** Format characters, such as a byte order mark, and blanks: nobody sees them in a name. */
const INVISIBLE = /[\p{Cf}\s]/gu;

const LONGEST_CUT = 4;
const SHORTEST_NAME_TO_MISTYPE = 6;

type Source = Readonly<Record<string, string | undefined>>;

/** One line for each variable that looks like one of `known` and is none, with the nearest name. */
export function describeUnknown(source: Source, known: readonly string[]): string[] {
  const allNames = known.flatMap((name) => [name, `${name}_FILE`]);
  return Object.entries(source)
    .filter(([name, value]) => value && !allNames.includes(name) && !isAnOrchestrators(name, value))
    .flatMap(([name]) => describeOne(name, allNames));
}

function isAnOrchestrators(name: string, value: string): boolean {
  return BY_AN_ORCHESTRATOR.test(name) || /^(tcp|udp):/.test(value);
}

function describeOne(name: string, known: readonly string[]): string[] {
  const visible = name.replaceAll(INVISIBLE, '');
  if (visible !== name && known.includes(visible)) {
    return [`${visible}: is ignored, because an invisible character is in its name; remove it`];
  }
  const [nearest, distance] = findNearest(name.toUpperCase(), known);
  if (distance <= 2 && Math.min(name.length, nearest.length) >= SHORTEST_NAME_TO_MISTYPE) {
    return [`${name}: is not known; did you mean ${nearest}?`];
  }
  if (!PREFIXES.test(name.toUpperCase())) return [];
  const isNear = distance <= nearest.length / 3;
  return [`${name}: is not known${isNear ? `; did you mean ${nearest}?` : ' and changes nothing'}`];
}

function findNearest(name: string, known: readonly string[]): [name: string, distance: number] {
  return known
    .map((one): [string, number] => [one, distanceOf(name, one)])
    .reduce((best, one) => (one[1] < best[1] ? one : best));
}

/** A name that was cut off, or goes on a little, is nearer than its missing characters tell. */
function distanceOf(name: string, known: string): number {
  const isCut = known.startsWith(name) || name.startsWith(known);
  const distance = editDistance(name, known);
  return isCut && distance <= LONGEST_CUT ? Math.min(distance, 1) : distance;
}

/** How many characters must be added, dropped or changed to make `b` of `a` (Levenshtein). */
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
