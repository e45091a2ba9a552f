import { describe, expect, it } from 'vitest';
import { toVerdict } from '../../web/console/timeline/diagnosis.ts';
import type { TimelineEvent } from '../../web/lib/types.ts';

const at = '2026-01-31T12:00:00.000Z';
const event = (kind: string, more: Partial<TimelineEvent> = {}) => ({ at, kind, ...more });
const REFUSED = [
  event('requested'),
  event('attempt', { channel: 'whatsapp' }),
  event('failed', { channel: 'whatsapp', reason: 'not_on_channel' }),
];
const OVER = event('expired', { details: 'its time was over' });
const WRONG = event('guess', { outcome: 'wrong passcode' });
const taken = (channel: string) => event('accepted', { channel });

describe('the sentence over a timeline', () => {
  it('blames no phone when the channel never tells of it', () => {
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
    ['verdict.ended', [taken('whatsapp'), event('expired', { details: 'a caller ended it' })]],
    [
      'verdict.replaced',
      [taken('whatsapp'), event('expired', { details: 'another passcode took its place' })],
    ],
    ['verdict.guessed', [taken('whatsapp'), WRONG, OVER]],
    ['verdict.spent', [taken('whatsapp'), WRONG, { ...WRONG, details: 'no guesses are left' }]],
    ['verdict.locked', [taken('whatsapp'), event('guess', { outcome: 'test: locked' }), OVER]],
    ['verdict.late', [taken('whatsapp'), OVER, event('guess', { outcome: 'no live passcode' })]],
  ])('says %s of what ended so', (word, events) => {
    expect(toVerdict({ status: 'expired', events })).toMatchObject({ word });
  });
});
