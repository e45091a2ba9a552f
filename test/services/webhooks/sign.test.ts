import { randomBytes } from 'node:crypto';
import * as standard from 'standardwebhooks';
import * as svix from 'svix';
import { describe, expect, it } from 'vitest';
import { drawSecret, readSecret, signWebhook } from '../../../src/services/webhooks/sign.ts';

const BODY = JSON.stringify({
  type: 'verification.approved',
  data: { name: 'Zoë 💚', sequence: 3 },
});

type Verifier = { verify(body: string | Buffer, headers: Record<string, string>): unknown };

/** The libraries that customers verify with. */
const libraries: readonly (readonly [string, (secret: string) => Verifier])[] = [
  ['standardwebhooks', (secret) => new standard.Webhook(secret)],
  ['svix', (secret) => new svix.Webhook(secret)],
];

function sign(secrets: readonly string[], { ageSeconds = 0, body = BODY } = {}) {
  const timestamp = new Date(Date.now() - ageSeconds * 1000);
  return { ...signWebhook({ id: 'evt_2KWPBgLlAfxdpx2AI54pPJ85f4W', timestamp, body, secrets }) };
}

describe.each(libraries)('%s', (_, open) => {
  const [secret, next] = [drawSecret(), drawSecret()];

  it('accepts what we sign, as text and as bytes', () => {
    const verifier = open(secret);
    expect(verifier.verify(BODY, sign([secret]))).toEqual(JSON.parse(BODY));
    expect(verifier.verify(Buffer.from(BODY), sign([secret]))).toEqual(JSON.parse(BODY));
  });

  it('accepts either of two secrets while they are rotated', () => {
    const headers = sign([next, secret]);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const one of [secret, next]) expect(() => open(one).verify(BODY, headers)).not.toThrow();
  });

  it('accepts the secret of a customer, of any size and written in either way', () => {
    for (const size of [24, 25, 26, 32, 63, 64]) {
      const own = randomBytes(size).toString('base64');
      for (const text of [own, `whsec_${own}`]) {
        const headers = sign([read(text)]);
        expect(() => open(text).verify(BODY, headers), `${size} bytes`).not.toThrow();
      }
    }
  });

  it('rejects another secret', () => {
    expect(() => open(next).verify(BODY, sign([secret]))).toThrow();
    expect(() => open(drawSecret()).verify(BODY, sign([secret, next]))).toThrow();
  });

  it('rejects a body in which any byte was changed', () => {
    const headers = sign([secret]);
    const bytes = Buffer.from(BODY);
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(() => open(secret).verify(changed, headers), `byte ${index}`).toThrow();
    }
    expect(() => open(secret).verify(`${BODY} `, headers)).toThrow();
  });

  it('rejects another id or timestamp, and a missing header', () => {
    const headers = sign([secret]);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    for (const change of [
      { 'webhook-id': 'evt_other' },
      { 'webhook-timestamp': later },
      { 'webhook-signature': '' },
    ]) {
      expect(() => open(secret).verify(BODY, { ...headers, ...change })).toThrow();
    }
  });

  it('rejects what was signed more than five minutes ago, or is from the future', () => {
    expect(() => open(secret).verify(BODY, sign([secret], { ageSeconds: 290 }))).not.toThrow();
    expect(() => open(secret).verify(BODY, sign([secret], { ageSeconds: 310 }))).toThrow();
    expect(() => open(secret).verify(BODY, sign([secret], { ageSeconds: -310 }))).toThrow();
  });
});

describe('the headers', () => {
  it('have whole seconds, and a new timestamp and signature for each attempt', () => {
    const secrets = [drawSecret()];
    const message = { id: 'evt_1', body: BODY, secrets };
    const first = signWebhook({ ...message, timestamp: new Date('2026-11-30T12:00:00.999Z') });
    const second = signWebhook({ ...message, timestamp: new Date('2026-11-30T12:00:01Z') });
    expect(first['webhook-timestamp']).toBe('1796040000');
    expect(second['webhook-timestamp']).toBe('1796040001');
    expect(second['webhook-id']).toBe(first['webhook-id']);
    expect(second['webhook-signature']).not.toBe(first['webhook-signature']);
  });

  it.each(['', 'evt.1', 'evt 1', 'evt_1\n', 'evt_1\r\nx: y', 'é'])('never have the id %j', (id) => {
    const message = { timestamp: new Date(), body: BODY, secrets: [drawSecret()] };
    expect(() => signWebhook({ id, ...message })).toThrow();
  });

  it('are not made without a secret, or with one that is not valid', () => {
    for (const secrets of [[], [''], ['whsec_'], [`${drawSecret()}x`]]) {
      expect(() => sign(secrets)).toThrow();
    }
  });
});

describe('a secret', () => {
  it('is drawn from 32 random bytes', () => {
    const drawn = Array.from({ length: 100 }, drawSecret);
    expect(new Set(drawn).size).toBe(100);
    for (const secret of drawn) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(readSecret(secret)).toEqual({ secret });
    }
  });

  const key = Buffer.alloc(32, 0xfb);
  it.each([
    ['', 'nothing'],
    ['whsec_', 'nothing after the prefix'],
    [randomBytes(23).toString('base64'), '23 bytes'],
    [randomBytes(65).toString('base64'), '65 bytes'],
    [key.toString('base64url'), 'the base64 of URLs'],
    [randomBytes(32).toString('hex').slice(1), '63 hexadecimal digits'],
    [key.toString('base64').replace('=', ''), 'no padding'],
    [`${key.toString('base64')}=`, 'too much padding'],
    [` ${key.toString('base64')}`, 'a blank before it'],
    [`${key.toString('base64')}\n`, 'a line break after it'],
    [key.toString('base64').replace(/s=$/, 't='), 'bits after the last byte'],
    [`whsec_whsec_${key.toString('base64')}`, 'two prefixes'],
    [`WHSEC_${key.toString('base64')}`, 'a prefix in upper case'],
    [`v1,whsec_${key.toString('base64')}`, 'a version'],
    [`whsk_${key.toString('base64')}`, 'the prefix of a private key'],
    ['correct horse battery staple', 'a sentence'],
  ])('%j is refused: %s', (text) => {
    const result = readSecret(text);
    expect(result).toHaveProperty('fault');
    expect(JSON.stringify(result)).not.toContain(key.toString('base64').slice(0, 20));
  });
});

function read(text: string): string {
  const result = readSecret(text);
  if ('fault' in result) throw new Error(result.fault);
  return result.secret;
}
