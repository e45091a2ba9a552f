/** The types of events: a closed list, which only grows. */
export const eventTypes = [
  'verification.created',
  'verification.approved',
  'verification.expired',
  'verification.canceled',
  'verification.max_attempts_reached',
  'delivery.accepted',
  'delivery.delivered',
  'delivery.read',
  'delivery.failed',
  'delivery.fallback',
  'recipient.locked',
  'session.opened',
  'session.closed',
  'session.logged_out',
  'session.banned',
  'session.restricted',
  'message.received',
  'message.sent',
  'message.status',
  'message.edited',
  'message.revoked',
  'message.reaction',
  'group.updated',
  'contact.updated',
  'status.viewed',
  'limit.reached',
  'pumping.suspected',
  'conversion.dropped',
  'conversion.recovered',
  'key.expiring',
  'webhook.failing',
  'webhook.disabled',
] as const;
export type EventType = (typeof eventTypes)[number];

/** The types of events about an endpoint, which the others of the account get. */
export const endpointTypes: readonly EventType[] = ['webhook.failing', 'webhook.disabled'];

/** The type of a test event. An endpoint gets it when a person asks for it, whatever it subscribed to. */
export const TEST_TYPE = 'webhook.test';

const ALL = '*';
const OF_GROUP = '.*';

/** `*`, and one pattern for each group, such as `verification.*`. */
const wildcards = [ALL, ...new Set(eventTypes.map((type) => `${groupOf(type)}${OF_GROUP}`))];

/** Everything that an endpoint can subscribe to. */
export const eventPatterns: readonly string[] = [...wildcards, ...eventTypes];

/** A pattern that matches no event. */
export type PatternFault = {
  readonly pattern: string;
  /** What the caller probably meant. */
  readonly suggestion: string | undefined;
  readonly message: string;
};

/** Whether an endpoint that subscribed to `pattern` (`verification.*`, `*` or a type) gets events of `type`. */
export function matchesPattern(pattern: string, type: string): boolean {
  if (pattern === ALL) return true;
  if (pattern.endsWith(OF_GROUP)) return pattern.slice(0, -OF_GROUP.length) === groupOf(type);
  return pattern === type;
}

/** Finds the patterns that match no event, in the order given; with a suggestion if one is similar. */
export function findPatternFaults(patterns: readonly string[]): readonly PatternFault[] {
  return patterns
    .filter((pattern) => !eventPatterns.includes(pattern))
    .map((pattern) => {
      const suggestion = findSimilar(pattern);
      return { pattern, suggestion, message: describeFault(pattern, suggestion) };
    });
}

function groupOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

/** Longer texts are neither compared nor repeated in full. */
const LONGEST_COMPARED = 64;

function describeFault(pattern: string, suggestion: string | undefined): string {
  if (pattern === TEST_TYPE) {
    return `${TEST_TYPE} needs no subscription: every webhook gets the test events that are sent to it`;
  }
  const shown = JSON.stringify(pattern.slice(0, LONGEST_COMPARED));
  if (suggestion !== undefined) return `${shown} is not an event type; did you mean ${suggestion}?`;
  return `${shown} is not an event type; use *, a group such as verification.*, or a type such as verification.approved`;
}

/** At most so many characters of a pattern are mistyped, and at most this part of it. */
const MOST_EDITS = 3;
const MOST_MISTYPED = 1 / 4;

function findSimilar(pattern: string): string | undefined {
  if (pattern.length > LONGEST_COMPARED) return undefined;
  const typed = pattern.trim().toLowerCase();
  return findByPart(typed) ?? findMistyped(typed);
}

/** A group without its `.*`, a name that only one group has, or the start of one type. */
function findByPart(typed: string): string | undefined {
  if (typed === '') return undefined;
  if (wildcards.includes(typed + OF_GROUP)) return typed + OF_GROUP;
  const found = eventTypes.filter((type) => type.startsWith(typed) || type.endsWith(`.${typed}`));
  return found.length === 1 ? found[0] : undefined;
}

function findMistyped(typed: string): string | undefined {
  const most = Math.min(MOST_EDITS, typed.length * MOST_MISTYPED);
  const [nearest] = eventPatterns
    .map((known) => ({ known, edits: countEdits(typed, known) }))
    .filter(({ edits }) => edits <= most)
    .sort((one, other) => one.edits - other.edits);
  return nearest?.known;
}

/** The Levenshtein distance: how many characters to add, drop or change to turn `a` into `b`. */
function countEdits(a: string, b: string): number {
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
