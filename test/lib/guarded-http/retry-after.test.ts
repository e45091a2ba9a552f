import { describe, expect, it, vi } from 'vitest';
import { readRetryAfter } from '../../../src/lib/guarded-http/retry-after.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const DAY = 86_400;

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    [' 120 ', 120],
    ['86400', DAY],
    ['86401', DAY],
    ['9'.repeat(400), DAY],
    ['Mon, 30 Nov 2026 12:00:30 GMT', 30],
    ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
    ['Tue, 01 Dec 2026 12:00:00 GMT', DAY],
    ['Wed, 02 Dec 2026 12:00:00 GMT', DAY],
    ['Fri, 31 Dec 9999 23:59:59 GMT', DAY],
    // The obsolete forms of RFC 850 and asctime.
    ['Monday, 30-Nov-26 12:02:00 GMT', 120],
    ['Mon Nov 30 12:02:00 2026', 120],
    ['Tue Dec  1 11:00:00 2026', DAY - 3600],
  ])('%.40j is %i seconds', (value, seconds) => {
    expect(readRetryAfter(value, NOW)).toBe(seconds);
  });

  it('counts from GMT wherever this machine is', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    for (const date of ['Mon Nov 30 12:02:00 2026', 'Mon, 30 Nov 2026 12:02:00 GMT']) {
      expect(readRetryAfter(date, NOW)).toBe(120);
    }
    vi.unstubAllEnvs();
  });

  it.each([
    undefined,
    ...['', ' ', '-1', '+5', '1.5', '1e3', '0x10', '5s', '5, 6', 'soon', 'NaN', 'Infinity', '٣'],
    ...[
      '2026-11-30T12:00:30Z',
      'Mon, 32 Nov 2026 12:00:30 GMT',
      'Mon, 30 Nov 2026',
      'Mon, 12:00:00',
    ],
    `Mon, ${'x'.repeat(100_000)} 12:00:00 GMT`,
  ])('%.40j is ignored', (value) => {
    expect(readRetryAfter(value, NOW)).toBeUndefined();
  });
});
