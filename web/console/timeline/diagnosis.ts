import type { Word } from '../../i18n/en.ts';
import type { Timeline, TimelineEvent } from '../../lib/types.ts';

/** One sentence on where a code is, or why it did not arrive; the channel that it speaks of. */
export type Verdict = { readonly word: Word; readonly channel?: string | undefined };

type Told = Pick<Timeline, 'status' | 'events'>;

/** How far a message has come, the furthest first: what that means while its code lives, and after. */
const STEPS: readonly (readonly [kind: TimelineEvent['kind'], live: Word, over: Word])[] = [
  ['read', 'verdict.read', 'verdict.expiredRead'],
  ['delivered', 'verdict.delivered', 'verdict.expiredDelivered'],
  ['accepted', 'verdict.accepted', 'verdict.expiredAccepted'],
];

/** What a code ended by other than its time. */
const ENDS: Readonly<Record<string, Word>> = {
  canceled_by_caller: 'verdict.ended',
  superseded: 'verdict.replaced',
};

export function toVerdict({ status, events }: Told): Verdict {
  if (status === 'verified' || status === 'failed') return { word: `verdict.${status}` };
  const end = events.findLast(({ kind }) => kind === 'expired');
  const word = judgeGuesses(events) ?? ENDS[end?.details ?? ''];
  return word ? { word } : judgeDelivery(status, events);
}

function judgeGuesses(events: readonly TimelineEvent[]): Word | undefined {
  const guesses = events.filter(({ kind }) => kind === 'guess');
  if (guesses.some(({ details }) => details === 'no_attempts_left')) return 'verdict.spent';
  const outcomes = guesses.map(({ outcome }) => outcome);
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
  const channel = events.findLast(({ kind }) => kind === 'accepted')?.channel ?? undefined;
  // Only WhatsApp tells of the phone.
  if (step === 'accepted' && channel !== 'whatsapp') {
    return { word: isOver ? 'verdict.expiredUnknown' : 'verdict.unknown', channel };
  }
  return { word: isOver ? over : live };
}
