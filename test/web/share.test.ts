import { describe, expect, it } from 'vitest';
import { createFormats } from '../../web/i18n/formats.ts';
import { shareOf } from '../../web/lib/share.ts';

describe('a share', () => {
  it('is rounded once, and is a dash if there is nothing to share', () => {
    const { share } = createFormats('en');
    expect(share(shareOf(444, 594))).toBe('74.7%');
    expect(share(shareOf(0, 0))).toBe('–');
  });
});
