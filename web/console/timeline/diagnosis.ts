import type { Word } from '../../i18n/en.ts';
import type { Timeline, TimelineEvent } from '../../lib/types.ts';

/** A sentence about where a code is or why it did not arrive, and the channel in it. */
export type Verdict = { readonly word: Word; readonly channel?: string | undefined };

type Known = Pick<Timeline, 'status' | 'events'> & Partial<Pick<Timeline, 'method'>>;

/** How far a message has come, furthest first, with the sentences for a live and for an expired code. */
const STEPS: readonly (readonly [kind: TimelineEvent['kind'], live: Word, over: Word])[] = [
  ['read', 'verdict.read', 'verdict.expiredRead'],
  ['delivered', 'verdict.delivered', 'verdict.expiredDelivered'],
  ['accepted', 'verdict.accepted', 'verdict.expiredAccepted'],
];

/** The sentences for codes that ended before they expired. */
const ENDS: Readonly<Record<string, Word>> = {
  canceled_by_caller: 'verdict.ended',
  superseded: 'verdict.replaced',
};

export function toVerdict({ status, events, method }: Known): Verdict {
  if (status === 'verified' || status === 'failed') return { word: `verdict.${status}` };
  if (method === 'inbound') return judgeMessages(status, events);
  const end = events.findLast(({ kind }) => kind === 'expired');
  const word = judgeAttempts(events) ?? ENDS[end?.details ?? ''];
  return word ? { word } : judgeDelivery(status, events);
}

/** Of a verification by a message that the user sends. */
function judgeMessages(status: Timeline['status'], events: readonly TimelineEvent[]): Verdict {
  if (status === 'expired') return { word: 'verdict.inboundOver' };
  const last = events.findLast(({ kind }) => kind === 'message');
  if (!last) return { word: 'verdict.inboundWaiting' };
  const isSent = last.outcome === 'code_sent';
  return { word: isSent ? 'verdict.inboundCode' : 'verdict.inboundRefused' };
}

function judgeAttempts(events: readonly TimelineEvent[]): Word | undefined {
  const attempts = events.filter(({ kind }) => kind === 'guess');
  if (attempts.some(({ details }) => details === 'no_attempts_left')) return 'verdict.spent';
  const outcomes = attempts.map(({ outcome }) => outcome);
  if (outcomes.includes('wrong_code')) return 'verdict.guessed';
  if (outcomes.includes('locked')) return 'verdict.locked';
  const endAt = events.findIndex(({ kind }) => kind === 'expired');
  const isLate = endAt >= 0 && events.slice(endAt).some(({ kind }) => kind === 'guess');
  return isLate ? 'verdict.late' : undefined;
}

function judgeDelivery(status: Timeline['status'], events: readonly TimelineEvent[]): Verdict {
  const kinds = new Set(events.map(({ kind }) => kind));
  const [furthest] = STEPS.filter(([kind]) => kinds.has(kind));
  const isOver = status === 'expired';
  if (!furthest) return { word: isOver ? 'verdict.expiredUntaken' : 'verdict.onTheWay' };
  const [step, live, over] = furthest;
  const accepted = events.findLast(({ kind }) => kind === 'accepted');
  if (step === 'accepted' && !accepted?.reportsDelivery) {
    const word = isOver ? 'verdict.expiredUnknown' : 'verdict.unknown';
    return { word, channel: accepted?.channel };
  }
  return { word: isOver ? over : live };
}
