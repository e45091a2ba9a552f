import { describe, expect, it } from 'vitest';
import { assertPermitted, isPermitted } from '../../../src/domain/access/key-restrictions.ts';
import type { KeyRestrictions } from '../../../src/domain/access/permissions.ts';

const HELD: KeyRestrictions = {
  sessions: ['shop~main'],
  purposes: ['login', 'pay'],
  regions: ['ID'],
};
const INSIDE = { sessionId: 'shop~main', purpose: 'pay', region: 'ID' };

describe('the reach of a key', () => {
  it('is everything when nothing is said', () => {
    expect(isPermitted({}, INSIDE)).toBe(true);
  });

  it('holds what is on each of its lists', () => {
    expect(isPermitted(HELD, INSIDE)).toBe(true);
    expect(isPermitted(HELD, {})).toBe(true);
  });

  it('is nothing of a kind whose list is empty', () => {
    expect(isPermitted({ sessions: [] }, INSIDE)).toBe(false);
    expect(isPermitted({ sessions: [] }, { purpose: 'pay' })).toBe(true);
  });

  it.each([
    ['session', { sessionId: 'main' }],
    ['session', { sessionId: 'shop~main2' }],
    ['purpose', { purpose: 'admin' }],
    ['region', { region: 'MY' }],
  ])('ends at another %s: %o', (kind, change) => {
    expect(isPermitted(HELD, { ...INSIDE, ...change })).toBe(false);
    expect(() => assertPermitted(HELD, { ...INSIDE, ...change })).toThrow(
      `This key is not allowed to use that ${kind}. Allowed: `,
    );
  });

  it('says no more of what is outside than that it is', () => {
    try {
      assertPermitted(HELD, { sessionId: 'bank~main' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'forbidden' });
      expect(String(error)).not.toMatch(/bank|shop/);
    }
  });
});
