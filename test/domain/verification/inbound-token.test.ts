import { describe, expect, it } from 'vitest';
import {
  drawInboundToken,
  findInboundToken,
  writeInboundToken,
} from '../../../src/domain/verification/inbound-token.ts';

describe('a token', () => {
  it('has 80 bits in 16 characters that no one confuses', () => {
    expect(drawInboundToken(() => Buffer.alloc(10))).toBe('0000000000000000');
    expect(drawInboundToken(() => Buffer.alloc(10, 0xff))).toBe('ZZZZZZZZZZZZZZZZ');
    expect(drawInboundToken(() => Buffer.from('00000000000000000001', 'hex'))).toBe(
      '0000000000000001',
    );
    const drawn = new Set(Array.from({ length: 1000 }, () => drawInboundToken()));
    expect(drawn.size).toBe(1000);
    for (const token of drawn) expect(token).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
  });

  it('is found as it was written', () => {
    const token = drawInboundToken();
    const text = `I want to verify (login): ${writeInboundToken(token)}\nSend this only if…`;
    expect(findInboundToken(text)).toBe(token);
  });

  it.each([
    ['wv-7k3m-9qxa-2b4c-5d6e', '7K3M9QXA2B4C5D6E'],
    ['WV 7K3M 9QXA 2B4C 5D6E', '7K3M9QXA2B4C5D6E'],
    ['WV‑7K3M–9QXA−2B4C—5D6E.', '7K3M9QXA2B4C5D6E'],
    ['code:WV7K3M9QXA2B4C5D6E', '7K3M9QXA2B4C5D6E'],
    ['WV-OIL1-oil1-0000-0000', '0111011100000000'],
    ['WV-AAAA-AAAA-AAAA-AAAA WV-BBBB-BBBB-BBBB-BBBB', 'AAAAAAAAAAAAAAAA'],
  ])('is found in %s', (text, token) => {
    expect(findInboundToken(text)).toBe(token);
  });

  it.each([
    ...['', 'WV', 'WV-7K3M-9QXA-2B4C-5D6', 'WV-7K3M-9QXA-2B4C-5D6EF', 'XWV-7K3M-9QXA-2B4C-5D6E'],
    ...[
      'WV-7K3M--9QXA-2B4C-5D6E',
      'WV-UUUU-UUUU-UUUU-UUUU',
      `${'x'.repeat(1000)} WV-7K3M-9QXA-2B4C-5D6E`,
    ],
  ])('is not found in %s', (text) => {
    expect(findInboundToken(text)).toBeUndefined();
  });

  it('takes no long time to be looked for in a hostile text', () => {
    const startedAt = performance.now();
    for (const text of ['WV-'.repeat(400), 'WV-AAAA-'.repeat(200), 'WV'.repeat(60_000)]) {
      findInboundToken(text);
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
