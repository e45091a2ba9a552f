import { describe, expect, it } from 'vitest';
import { assertWithinReach, isWithinReach } from '../../../src/domain/access/key-restrictions.ts';
import type { Reach } from '../../../src/domain/access/permissions.ts';

const HELD: Reach = { sessions: ['shop~main'], purposes: ['login', 'pay'], regions: ['ID'] };
const INSIDE = { sessionId: 'shop~main', purpose: 'pay', region: 'ID' };

describe('the reach of a key', () => {
  it('is everything when nothing is said', () => {
    expect(isWithinReach({}, INSIDE)).toBe(true);
  });

  it('holds what is on each of its lists', () => {
    expect(isWithinReach(HELD, INSIDE)).toBe(true);
    expect(isWithinReach(HELD, {})).toBe(true);
  });

  it('is nothing of a kind whose list is empty', () => {
    expect(isWithinReach({ sessions: [] }, INSIDE)).toBe(false);
    expect(isWithinReach({ sessions: [] }, { purpose: 'pay' })).toBe(true);
  });

  it.each([
    ['session', { sessionId: 'main' }],
    ['session', { sessionId: 'shop~main2' }],
    ['purpose', { purpose: 'admin' }],
    ['region', { region: 'MY' }],
  ])('ends at another %s: %o', (kind, change) => {
    expect(isWithinReach(HELD, { ...INSIDE, ...change })).toBe(false);
    expect(() => assertWithinReach(HELD, { ...INSIDE, ...change })).toThrow(
      `This key is not for that ${kind}, but for `,
    );
  });

  it('says no more of what is outside than that it is', () => {
    try {
      assertWithinReach(HELD, { sessionId: 'bank~main' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'forbidden' });
      expect(String(error)).not.toMatch(/bank|shop/);
    }
  });
});
