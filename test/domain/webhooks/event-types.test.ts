import { describe, expect, it } from 'vitest';
import {
  eventTypes,
  findPatternFaults,
  matchesPattern,
} from '../../../src/domain/webhooks/event-types.ts';

/** What an endpoint with this pattern gets. */
const matchedBy = (pattern: string) => eventTypes.filter((type) => matchesPattern(pattern, type));

describe('the types of events', () => {
  it('are the published list', () => {
    const published = [
      ['verification', 'created', 'approved', 'expired', 'canceled', 'max_attempts_reached'],
      ['delivery', 'accepted', 'delivered', 'read', 'failed', 'fallback'],
      ['recipient', 'locked'],
      ['session', 'opened', 'closed', 'logged_out', 'banned', 'restricted'],
      ['message', 'received', 'sent', 'status', 'edited', 'revoked', 'reaction'],
      ['group', 'updated'],
      ['contact', 'updated'],
      ['status', 'viewed'],
      ['limit', 'reached'],
      ['pumping', 'suspected'],
      ['conversion', 'dropped', 'recovered'],
      ['key', 'expiring'],
      ['webhook', 'failing', 'disabled'],
    ];
    expect(eventTypes).toEqual(
      published.flatMap(([group, ...names]) => names.map((name) => `${group}.${name}`)),
    );
  });

  it('have names that Standard Webhooks allows', () => {
    expect(eventTypes.filter((type) => !/^[a-z_]+(\.[a-z_]+)+$/.test(type))).toEqual([]);
  });
});

describe('a pattern', () => {
  it('* matches every event', () => {
    expect(matchedBy('*')).toEqual(eventTypes);
  });

  it('of a group matches the events of this group only', () => {
    expect(matchedBy('verification.*')).toEqual(eventTypes.slice(0, 5));
    expect(matchedBy('key.*')).toEqual(['key.expiring']);
  });

  it('without a wildcard matches one type', () => {
    expect(matchedBy('message.status')).toEqual(['message.status']);
  });

  it.each([
    '',
    '.*',
    '*.*',
    '*.created',
    '**',
    'verification',
    'verification.',
    'verif*',
    'verification.app*',
    'Verification.*',
    'verification.* ',
    'status',
    'toString',
    'verification.approved.*',
  ])('%j matches no event, and is refused', (pattern) => {
    expect(matchedBy(pattern)).toEqual([]);
    expect(findPatternFaults([pattern])).toHaveLength(1);
  });

  it('is accepted if it matches an event', () => {
    const groups = eventTypes.map((type) => type.replace(/\..*/, '.*'));
    const accepted = ['*', ...groups, ...eventTypes];
    expect(findPatternFaults(accepted)).toEqual([]);
    expect(accepted.filter((pattern) => matchedBy(pattern).length === 0)).toEqual([]);
  });
});

describe('an unknown pattern', () => {
  it.each([
    ['verification.aproved', 'verification.approved'],
    ['verification.cancelled', 'verification.canceled'],
    ['verification_approved', 'verification.approved'],
    ['Verification.Approved', 'verification.approved'],
    [' delivery.read', 'delivery.read'],
    ['verifications.*', 'verification.*'],
    ['verification', 'verification.*'],
    ['verification.max_attempts', 'verification.max_attempts_reached'],
    ['approved', 'verification.approved'],
    ['session.log_out', 'session.logged_out'],
    ['delivery.deliverd', 'delivery.delivered'],
    ['DELIVERY.*', 'delivery.*'],
  ])('%j is probably %s', (pattern, suggestion) => {
    const [fault] = findPatternFaults([pattern]);
    expect(fault).toMatchObject({ pattern, suggestion });
    expect(fault?.message).toContain(suggestion);
  });

  it.each([
    'verification.verified', // Not `expired`, which says the opposite.
    'updated', // Two groups have it.
    'call.received',
    'invoice.paid',
    'cat.*',
    '',
    ' ',
    '.',
    'verification.approved'.repeat(1000),
  ])('%.40j has no suggestion', (pattern) => {
    const [fault] = findPatternFaults([pattern]);
    expect(fault?.suggestion).toBeUndefined();
    expect(fault?.message.length).toBeLessThan(250);
  });

  it('is named among known ones, in the order given', () => {
    const faults = findPatternFaults(['*', 'b.c', 'key.expiring', 'a.b']);
    expect(faults.map(({ pattern }) => pattern)).toEqual(['b.c', 'a.b']);
  });
});
