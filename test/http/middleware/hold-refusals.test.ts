import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const WRONG = { 'x-api-key': `wv_live_${'x'.repeat(43)}` };

let h: Harness;

beforeAll(async () => {
  h = await createHarness({ env: { LIMIT_WRONG_KEYS_PER_IP_MINUTE: '0' } });
});
afterAll(() => h.close());

describe('a flood of refused requests', () => {
  it('waits behind who comes later and is served, and is answered as ever', async () => {
    let answered = 0;
    const flood = inParallel(150, async () => {
      const { status } = await h.client.get('/api/keys', WRONG);
      answered += 1;
      return status;
    });
    await expect.poll(() => answered).toBeGreaterThanOrEqual(60);
    // All that came before would be answered by then.
    for (let i = 0; i < 3; i += 1) expect((await h.client.get('/api/keys')).status).toBe(200);
    expect(answered).toBeLessThan(150);
    expect(new Set(await flood)).toEqual(new Set([401]));
    expect(answered).toBe(150);
  });
});
