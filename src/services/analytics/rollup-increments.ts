import {
  addCounts,
  bucketOf,
  emptyCounts,
  eventBits,
  type FunnelCounts,
  type Histogram,
  verificationCounters,
} from '../../domain/analytics/funnel-stats.ts';
import {
  everOf,
  type Increment,
  quarterOf,
  type RollupRef,
  type RollupScope,
} from '../../domain/analytics/rollup.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import type {
  CountableActivity,
  CountableVerification,
} from '../../storage/analytics/rollup-source-store.ts';

/** Counts, and the time and scope that they are added to. */
type Counted = {
  readonly at: Date;
  readonly scope: Omit<RollupScope, 'level'>;
  readonly figures: FunnelCounts;
};

/**
 * What the `events` (a set of bits) of a verification add to the counts. All are counted at the time at
 * which the code was requested, so that a rate is about the codes of that time. Test numbers are not
 * counted.
 */
export function countVerification(
  verification: CountableVerification,
  events: number,
): Increment[] {
  const { accountId, channel, sessionId, region, createdAt: at } = verification;
  if (channel === TEST_CHANNEL) return [];
  const has = (bit: number) => (events & bit) !== 0;
  const counts = verificationCounters.map((name) => [name, Number(has(eventBits[name]))]);
  const figures = {
    ...emptyCounts,
    ...Object.fromEntries(counts),
    ...(has(eventBits.delivered) && { deliveredIn: toTimes(verification.deliveredAt, at) }),
    ...(has(eventBits.verified) && { verifiedIn: toTimes(verification.verifiedAt, at) }),
  };
  const counted = { at, scope: { accountId, channel, sessionId, region }, figures };
  return [...toAccount(counted), ...toParts(counted)];
}

/** What an activity adds to the counts of `channel`; empty if its kind is not counted. */
export function countActivity(activity: CountableActivity, channel: string): Increment[] {
  const { accountId, sessionId = '', action, status, createdAt: at } = activity;
  const scope = { accountId, channel, sessionId, region: '' };
  if (action === 'limit_hit') {
    return toAccount({ at, scope, figures: { ...emptyCounts, limitHits: 1 } });
  }
  if (action !== 'message_send') return [];
  const outcome = status === 'success' ? { messages: 1 } : { messageFailures: 1 };
  const counted = { at, scope, figures: { ...emptyCounts, ...outcome } };
  return [...toAccount(counted), ...toParts(counted)];
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

/** No part contains a line break. */
function nameOf({ level, span, startsAt, accountId, ...parts }: RollupRef): string {
  const { channel, sessionId, region } = parts;
  return [level, span, startsAt.getTime(), accountId, channel, sessionId, region].join('\n');
}

function toAccount({ at, scope: { accountId }, figures }: Counted): Increment[] {
  const scope = { level: 'account', accountId, ...ALL_PARTS } as const;
  return [
    { ref: quarter(scope, at), figures },
    { ref: everOf(accountId), figures },
  ];
}

function toParts({ at, scope, figures }: Counted): Increment[] {
  const { accountId, channel, sessionId, region } = scope;
  const base = { accountId, ...ALL_PARTS };
  const scopes: readonly RollupScope[] = [
    { ...base, level: 'channel', channel },
    { ...base, level: 'session', sessionId },
    { ...base, level: 'region', region },
    { level: 'way', ...scope },
  ];
  const quarters = scopes.map((part) => ({ ref: quarter(part, at), figures }));
  return sessionId === ''
    ? quarters
    : [...quarters, { ref: everOf(accountId, sessionId), figures }];
}

const ALL_PARTS = { channel: '', sessionId: '', region: '' };

function quarter(scope: RollupScope, at: Date): RollupRef {
  return { ...scope, span: 'quarter', startsAt: quarterOf(at) };
}

function toTimes(end: Date | undefined, start: Date): Histogram {
  if (!end) return emptyCounts.deliveredIn;
  const range = bucketOf(end.getTime() - start.getTime());
  return emptyCounts.deliveredIn.map((_, index) => Number(index === range));
}
