import { describe, expect, it } from 'vitest';
import type {
  AttemptFailure,
  TimelineDetail,
} from '../../src/domain/verification/attempt-failure.ts';
import { toVerdict } from '../../web/console/timeline/diagnosis.ts';
import type { TimelineEvent } from '../../web/lib/types.ts';

// Another name for one of these in the list does not compile.
const TIMED_OUT: TimelineDetail = 'timed_out';
const SPENT: TimelineDetail = 'no_attempts_left';
const WRONG_CODE: AttemptFailure = 'wrong_code';
const LOCKED: AttemptFailure = 'locked';
const CLOSED: AttemptFailure = 'no_live_code';

const at = '2026-01-31T12:00:00.000Z';
/** Also with codes that only a later server knows. */
const event = (
  kind: TimelineEvent['kind'],
  more: Partial<Record<Exclude<keyof TimelineEvent, 'reportsDelivery'>, string>> = {},
) => ({ at, kind, ...more }) as TimelineEvent;
const REFUSED = [
  event('requested'),
  event('attempt', { channel: 'whatsapp' }),
  event('failed', { channel: 'whatsapp', reason: 'not_on_channel' }),
];
const OVER = event('expired', { details: TIMED_OUT });
const WRONG = event('guess', { outcome: WRONG_CODE });
/** A channel other than the console is one that reports delivery. */
const taken = (channel: string): TimelineEvent => ({
  ...event('accepted', { channel }),
  reportsDelivery: channel !== 'console',
});

describe('the sentence over a timeline', () => {
  it('goes by what the channel reports, also of one that is new', () => {
    const events = [taken('pigeon')];
    expect(toVerdict({ status: 'sent', events })).toEqual({ word: 'verdict.accepted' });
  });

  it('blames no phone when the channel does not report delivery', () => {
    const events = [...REFUSED, taken('console')];
    const live = toVerdict({ status: 'sent', events });
    expect(live).toEqual({ word: 'verdict.unknown', channel: 'console' });
    const over = toVerdict({ status: 'expired', events: [...events, OVER] });
    expect(over).toEqual({ word: 'verdict.expiredUnknown', channel: 'console' });
  });

  it.each([
    ['verdict.expiredAccepted', [taken('whatsapp'), OVER]],
    ['verdict.expiredDelivered', [taken('whatsapp'), event('delivered'), OVER]],
    ['verdict.expiredUntaken', [event('attempt', { channel: 'whatsapp' }), OVER]],
    [
      'verdict.ended',
      [
        taken('whatsapp'),
        event('expired', { details: 'canceled_by_caller' satisfies TimelineDetail }),
      ],
    ],
    [
      'verdict.replaced',
      [taken('whatsapp'), event('expired', { details: 'superseded' satisfies TimelineDetail })],
    ],
    ['verdict.guessed', [taken('whatsapp'), WRONG, OVER]],
    ['verdict.spent', [taken('whatsapp'), WRONG, { ...WRONG, details: SPENT }]],
    ['verdict.locked', [taken('whatsapp'), event('guess', { outcome: LOCKED }), OVER]],
    ['verdict.late', [taken('whatsapp'), OVER, event('guess', { outcome: CLOSED })]],
  ])('says %s of what ended so', (word, events) => {
    expect(toVerdict({ status: 'expired', events })).toMatchObject({ word });
  });

  it('judges by the delivery what it does not know', () => {
    const strange = event('guess', { outcome: 'moon_phase', details: 'tides' });
    const events = [taken('whatsapp'), strange, event('expired', { details: 'eclipse' })];
    expect(toVerdict({ status: 'expired', events })).toEqual({ word: 'verdict.expiredAccepted' });
  });
});
