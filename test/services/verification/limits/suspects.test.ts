import { describe, expect, it } from 'vitest';
import { rootCaller } from '../../../../src/domain/access/caller.ts';
import { createSuspects } from '../../../../src/services/verification/limits/suspects.ts';

const from = (ipAddress: string) => rootCaller({ ipAddress, userAgent: undefined });

describe('suspects', () => {
  const isSuspect = (suspects: ReturnType<typeof createSuspects>, address: string) =>
    suspects.toAsker(from(address), { isSuspect: false }).isSuspect;

  it('are addresses from which nothing is verified, and not their neighbours', () => {
    const suspects = createSuspects();
    for (let i = 0; i < 7; i += 1) suspects.noteUnproven(from('198.51.100.1'));
    expect(isSuspect(suspects, '198.51.100.1')).toBe(false);
    suspects.noteUnproven(from('198.51.100.1'));
    expect(isSuspect(suspects, '198.51.100.1')).toBe(true);
    expect(isSuspect(suspects, '198.51.100.2')).toBe(false);
  });

  it('are all who use a key with which nothing is verified', () => {
    const suspects = createSuspects();
    for (let i = 0; i < 50; i += 1) suspects.noteUnproven(from(`198.51.100.${i}`));
    expect(isSuspect(suspects, '203.0.113.1')).toBe(true);
  });

  it('are no crowd whose people mistype once and then get it right', () => {
    const suspects = createSuspects();
    const office = from('203.0.113.9');
    for (let i = 0; i < 300; i += 1) {
      suspects.noteUnproven(office); // The send.
      suspects.noteUnproven(office); // The slip.
      suspects.noteProven(office, 1);
      expect(isSuspect(suspects, '203.0.113.9')).toBe(false);
    }
    // Three of ten who never come back are no reason either.
    for (let i = 0; i < 300; i += 1) {
      suspects.noteUnproven(office);
      if (i % 10 < 7) suspects.noteProven(office, 0);
      expect(isSuspect(suspects, '203.0.113.9')).toBe(false);
    }
  });

  it('are, by number, end users at an address from which no code was asked for', () => {
    const suspects = createSuspects();
    const user = { ...from('203.0.113.5'), clientIp: '203.0.113.5' };
    expect(suspects.isStranger(user)).toBe(true);
    suspects.noteSend(user);
    expect(suspects.isStranger(user)).toBe(false);
    expect(suspects.isStranger(from('203.0.113.6'))).toBe(false);
  });

  it('stay so when their caller has found them out otherwise', () => {
    expect(createSuspects().toAsker(from('203.0.113.1'), { isSuspect: true }).isSuspect).toBe(true);
  });
});
