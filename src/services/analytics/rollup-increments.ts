import {
  addCounts,
  bucketOf,
  emptyCounts,
  eventBits,
  type FunnelCounts,
  verificationCounters,
} from '../../domain/analytics/funnel-stats.ts';
import {
  everOf,
  INBOUND,
  type Increment,
  quarterOf,
  RELAYED,
  type RollupRef,
  type RollupScope,
} from '../../domain/analytics/rollup.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import type {
  CountableActivity,
  CountableVerification,
} from '../../storage/analytics/rollup-source-store.ts';

/** Counts that are being added up. */
type Figures = { -readonly [Name in keyof FunnelCounts]: FunnelCounts[Name] } & {
  readonly deliveredIn: number[];
  readonly verifiedIn: number[];
};

type Scope = Omit<RollupScope, 'level'>;

/** The counts of one account, channel, session and region in a quarter of an hour. */
type Sum = { readonly scope: Scope; readonly startsAt: Date; readonly figures: Figures };

/**
 * What events of verifications add to the counts; `eventsOf` returns them as a set of bits. All are counted at
 * the time at which the code was requested, so that a rate is about the codes of that time. Test numbers are
 * not counted.
 */
export function countVerifications(
  verifications: readonly CountableVerification[],
  eventsOf: (verification: CountableVerification) => number,
): Increment[] {
  const [codes, inbound] = [createSums(), createSums()];
  for (const verification of verifications) {
    const { accountId, sessionId, region, createdAt, method } = verification;
    if (verification.channel === TEST_CHANNEL) continue;
    const isInbound = method === INBOUND;
    const channel = isInbound ? INBOUND : verification.channel;
    const sums = isInbound ? inbound : codes;
    const figures = sums.at(createdAt, { accountId, channel, sessionId, region });
    addEvents(figures, verification, eventsOf(verification));
  }
  return mergeIncrements([
    ...codes.list().flatMap((sum) => [...toAccount(sum), ...toParts(sum)]),
    ...inbound.list().flatMap(toInbound),
  ]);
}

/** What activities add to the counts of `channel`. Most kinds are not counted. */
export function countActivities(
  activities: readonly CountableActivity[],
  channel: string,
): Increment[] {
  const [messages, limits, relayed] = [createSums(), createSums(), createSums()];
  for (const { accountId, sessionId = '', action, status, createdAt, isTest } of activities) {
    const sent = status === 'success' ? 'messages' : 'messageFailures';
    const whole = { accountId, ...ALL_PARTS };
    if (action === 'limit_hit') limits.at(createdAt, whole).limitHits += 1;
    if (action === 'otp_relay' && !isTest) relayed.at(createdAt, whole)[sent] += 1;
    if (action !== 'message_send') continue;
    messages.at(createdAt, { accountId, channel, sessionId, region: '' })[sent] += 1;
  }
  return mergeIncrements([
    ...limits.list().flatMap(toAccount),
    ...messages.list().flatMap((sum) => [...toAccount(sum), ...toParts(sum)]),
    ...relayed.list().map(toRelayed),
  ]);
}

/** Merges increments of the same row. */
export function mergeIncrements(increments: readonly Increment[]): Increment[] {
  const merged = new Map<string, Increment>();
  for (const { ref, figures } of increments) {
    const key = nameOf(ref);
    const known = merged.get(key);
    merged.set(key, { ref, figures: known ? addCounts(known.figures, figures) : figures });
  }
  return [...merged.values()];
}

function createSums() {
  const sums = new Map<string, Sum>();
  return {
    /** The figures of a scope in the quarter of an hour that contains `time`, to add to. */
    at(time: Date, scope: Scope): Figures {
      const startsAt = quarterOf(time);
      const key = `${startsAt.getTime()}\n${partsOf(scope)}`;
      const known = sums.get(key);
      if (known) return known.figures;
      const [deliveredIn, verifiedIn] = [[...emptyCounts.deliveredIn], [...emptyCounts.verifiedIn]];
      const figures = { ...emptyCounts, deliveredIn, verifiedIn };
      sums.set(key, { scope, startsAt, figures });
      return figures;
    },
    list: () => [...sums.values()],
  };
}

function addEvents(
  figures: Figures,
  { createdAt, deliveredAt, verifiedAt }: CountableVerification,
  events: number,
): void {
  for (const name of verificationCounters) {
    if ((events & eventBits[name]) !== 0) figures[name] += 1;
  }
  if ((events & eventBits.delivered) !== 0) addTime(figures.deliveredIn, createdAt, deliveredAt);
  if ((events & eventBits.verified) !== 0) addTime(figures.verifiedIn, createdAt, verifiedAt);
}

function addTime(times: number[], start: Date, end: Date | undefined): void {
  if (!end) return;
  const range = bucketOf(end.getTime() - start.getTime());
  times[range] = (times[range] ?? 0) + 1;
}

function nameOf({ level, span, startsAt, ...scope }: RollupRef): string {
  return `${level}\n${span}\n${startsAt.getTime()}\n${partsOf(scope)}`;
}

/** No part contains a line break. */
function partsOf({ accountId, channel, sessionId, region }: Scope): string {
  return `${accountId}\n${channel}\n${sessionId}\n${region}`;
}

function toAccount({ startsAt, scope: { accountId }, figures }: Sum): Increment[] {
  const scope = { level: 'account', accountId, ...ALL_PARTS } as const;
  return [
    { ref: quarter(scope, startsAt), figures },
    { ref: everOf(accountId), figures },
  ];
}

/** They are listed among the channels, and can be selected by session and region, but are part of no total. */
function toInbound({ startsAt, scope, figures }: Sum): Increment[] {
  const { accountId, channel } = scope;
  const listed = { ...ALL_PARTS, level: 'channel', accountId, channel } as const;
  return [
    { ref: quarter(listed, startsAt), figures },
    { ref: quarter({ ...scope, level: INBOUND }, startsAt), figures },
  ];
}

function toRelayed({ startsAt, scope, figures }: Sum): Increment {
  return { ref: quarter({ ...scope, level: RELAYED }, startsAt), figures };
}

function toParts({ startsAt, scope, figures }: Sum): Increment[] {
  const { accountId, channel, sessionId, region } = scope;
  const base = { accountId, ...ALL_PARTS };
  const scopes: readonly RollupScope[] = [
    { ...base, level: 'channel', channel },
    { ...base, level: 'session', sessionId },
    { ...base, level: 'region', region },
    { level: 'way', ...scope },
  ];
  const quarters = scopes.map((part) => ({ ref: quarter(part, startsAt), figures }));
  return sessionId === ''
    ? quarters
    : [...quarters, { ref: everOf(accountId, sessionId), figures }];
}

const ALL_PARTS = { channel: '', sessionId: '', region: '' };

function quarter(scope: RollupScope, startsAt: Date): RollupRef {
  return { ...scope, span: 'quarter', startsAt };
}
