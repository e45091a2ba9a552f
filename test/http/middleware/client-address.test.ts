import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientIp } from '../../../src/http/api/verification/verification-schemas.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';

const LIMIT = 5;
const ENV = { LIMIT_WRONG_KEYS_PER_IP_MINUTE: String(LIMIT) };

/** Calls with a key that nobody has, which is counted by the address of the caller. */
function createAttempt(h: () => Harness) {
  return async (headers: Readonly<Record<string, string>>) => {
    const { status, body } = await h().client.get('/api/keys', {
      'x-api-key': `wv_live_${'x'.repeat(43)}`,
      ...headers,
    });
    return `${status} ${body.code}`;
  };
}

const passed = '401 unauthorized';
const refused = '429 rate_limited';

describe('without trusted proxies', () => {
  let h: Harness;
  const attempt = createAttempt(() => h);

  beforeAll(async () => {
    h = await createHarness({ env: ENV });
  });
  afterAll(() => h.close());

  it('A27: counts 200 attempts as one address, whatever their headers claim', async () => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 200; i += 1) {
      const address = `198.51.100.${i}`;
      const outcome = await attempt({
        'x-forwarded-for': `${address}, 203.0.113.${i}`,
        'x-real-ip': address,
        forwarded: `for=${address}`,
        'cf-connecting-ip': address,
        'true-client-ip': address,
        'x-client-ip': address,
      });
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    expect(counts).toEqual({ [passed]: LIMIT, [refused]: 200 - LIMIT });
  });

  it('A27: writes the address of the peer into the log, the rows and the activities', async () => {
    await h.client.post(
      '/api/otp/send',
      { phoneNumber: '+6281234567890' },
      { 'x-forwarded-for': '198.51.100.1', 'x-real-ip': '198.51.100.1' },
    );
    const row = await h.database.models.OTPLog.findOne();
    expect(row?.ipAddress).toBe('127.0.0.1');
    const find = () =>
      h.database.models.ActivityLog.findOne({ where: { action: 'access_denied' } });
    await expect.poll(async () => (await find())?.ipAddress).toBe('127.0.0.1');
    const addresses = h.logLines.map((line) => JSON.parse(line).ipAddress);
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
  });
});

describe('behind one trusted proxy', () => {
  let h: Harness;
  const attempt = createAttempt(() => h);
  const attemptFrom = (address: string) => attempt({ 'x-forwarded-for': address });

  /** Uses up what the first address of a list may fail, and tells how the others fare. */
  async function share(first: string, ...others: string[]): Promise<string[]> {
    for (let i = 0; i < LIMIT; i += 1) expect(await attemptFrom(first)).toBe(passed);
    expect(await attemptFrom(first)).toBe(refused);
    return Promise.all(others.map(attemptFrom));
  }

  beforeAll(async () => {
    h = await createHarness({ env: { ...ENV, TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' } });
  });
  afterAll(() => h.close());

  it('A27: counts the last address that is no trusted proxy; what stands before it is hearsay', async () => {
    const outcomes = await share(
      '198.51.100.7',
      '203.0.113.9, 198.51.100.7',
      '198.51.100.7, 10.1.2.3',
      '127.0.0.1, 198.51.100.7, 10.9.9.9',
    );
    expect(outcomes).toEqual([refused, refused, refused]);
    expect(await attemptFrom('198.51.100.7, 198.51.100.8')).toBe(passed);
  });

  it('A27: believes no other header than X-Forwarded-For', async () => {
    await share('198.51.100.20');
    const others = { 'x-real-ip': '203.0.113.1', forwarded: 'for=203.0.113.1' };
    expect(await attempt({ 'x-forwarded-for': '198.51.100.20', ...others })).toBe(refused);
  });

  it('A28: counts an IPv6 customer, who has a /64, as one', async () => {
    const neighbours = Array.from({ length: 20 }, (_, i) => `2001:db8:1:2:${i.toString(16)}::${i}`);
    const outcomes = await share('2001:db8:1:2::1', ...neighbours);
    expect(new Set(outcomes)).toEqual(new Set([refused]));
    expect(await attemptFrom('2001:db8:1:3::1')).toBe(passed);
  });

  it('A28: counts one address as one in all its spellings', async () => {
    expect(await share('198.51.100.30', '::ffff:198.51.100.30', '::ffff:c633:641e')).toEqual([
      refused,
      refused,
    ]);
    expect(
      await share('2001:db8:aa:bb::1', '2001:DB8:AA:BB::1', '2001:0db8:00aa:00bb:0::1'),
    ).toEqual([refused, refused]);
  });

  it('reads an address with a port, in brackets and in quotes', async () => {
    expect(await share('198.51.100.40', '198.51.100.40:5678', '"198.51.100.40:1"')).toEqual([
      refused,
      refused,
    ]);
    expect(await share('2001:db8:40::1', '[2001:db8:40::1]:443', '"[2001:db8:40::1]"')).toEqual([
      refused,
      refused,
    ]);
  });

  it('takes what cannot be read as one unknown client, and not as the proxy or another address', async () => {
    const unknown = ['0x8.1.1.1', '8.1', '198.51.100.7, unknown', '_hidden', '<script>'];
    expect(new Set(await share('010.1.1.1', ...unknown))).toEqual(new Set([refused]));
    expect(await attemptFrom('8.1.1.1')).toBe(passed);
    expect(h.logLines.join('')).not.toContain('script');
  });
});

describe('clientIp', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    [' 203.0.113.9 ', '203.0.113.9'],
    ['203.0.113.9:1234', '203.0.113.9'],
    ['"203.0.113.9:1234"', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:443', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::/64'],
    ['[2001:db8::1]', '2001:db8::/64'],
    ['[2001:db8::1]:443', '2001:db8::/64'],
  ])('is read as an entry of X-Forwarded-For is: %s', (text, address) => {
    expect(ClientIp.parse(text)).toBe(address);
  });

  it.each([
    '',
    ' ',
    'localhost',
    '203.0.113',
    '203.0.113.9:',
    '203.0.113.9:http',
    '203.0.113.9, 203.0.113.8',
    '203.0.113.9/24',
    '0xcb007109',
    '[203.0.113.9]',
    '[2001:db8::1',
    'fe80::1%eth0',
    '[fe80::1%eth0]:443',
  ])('is no %s', (text) => {
    expect(ClientIp.safeParse(text).success).toBe(false);
  });
});
