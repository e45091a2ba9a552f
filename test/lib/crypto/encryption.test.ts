import { describe, expect, it } from 'vitest';
import { createSealer, SealError } from '../../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../../src/lib/crypto/secrets.ts';

const [first, second, third] = ['a', 'b', 'c'].map((letter) => createSecretKey(letter.repeat(40)));
if (!first || !second || !third) throw new Error('three keys were made');
const sealer = createSealer({ current: first, previous: undefined });
const TEXT = '{"noiseKey":"kept secret"} ✓';
const PLACE = 'default|creds|creds';

/** How `open` refuses, or that it does not. */
function refusal(sealed: string, place = PLACE, from = sealer) {
  try {
    from.open(sealed, place);
    return 'opened';
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return error.kind;
  }
}

const bytesOf = (sealed: string) => Buffer.from(sealed.slice(9), 'base64url');
const withBytes = (bytes: Buffer) => `${first.version}.${bytes.toString('base64url')}`;

describe('a sealed text', () => {
  it.each(['', 'x', TEXT, 'ä'.repeat(100_000)])('opens to what was sealed', (text) => {
    expect(sealer.open(sealer.seal(text, PLACE), PLACE)).toBe(text);
  });

  it('names its key and shows nothing of its content', () => {
    const sealed = sealer.seal(TEXT, PLACE);
    expect(sealed).toMatch(/^[0-9a-f]{8}\.[\w-]+$/);
    expect(sealed.startsWith(`${sealer.version}.`)).toBe(true);
    expect(bytesOf(sealed)).toHaveLength(12 + Buffer.byteLength(TEXT) + 16);
    expect(bytesOf(sealed).includes('noiseKey')).toBe(false);
  });

  it('opens in its own place only', () => {
    const [creds, session] = ['default|creds|creds', 'default|session|62812.0'];
    const [one, other] = [sealer.seal('one', creds), sealer.seal('other', session)];
    expect(refusal(one, session)).toBe('tampered');
    expect(refusal(other, creds)).toBe('tampered');
    expect(refusal(one, '')).toBe('tampered');
    expect(refusal(sealer.seal('one', ''), creds)).toBe('tampered');
  });

  it('does not open with any one bit of its bytes flipped', () => {
    const sealed = sealer.seal('abc', PLACE);
    const bits = bytesOf(sealed).length * 8;
    const answers = Array.from({ length: bits }, (_, bit) => {
      const bytes = bytesOf(sealed);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return refusal(withBytes(bytes));
    });
    expect(bits).toBe((12 + 3 + 16) * 8);
    expect(new Set(answers)).toEqual(new Set(['tampered']));
  });

  it.each(['ab', 'abc', 'abcd'])(
    'does not open with any one bit of its writing flipped, also one that says nothing',
    (text) => {
      const sealed = sealer.seal(text, PLACE);
      for (let bit = 0; bit < sealed.length * 8; bit += 1) {
        const writing = Buffer.from(sealed, 'latin1');
        writing.writeUInt8(writing.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        // A bit of the version may make the name of a key that nobody has.
        expect(refusal(writing.toString('latin1'))).not.toBe('opened');
      }
    },
  );

  it('does not open when it is cut, prolonged or not of this form at all', () => {
    const sealed = sealer.seal(TEXT, PLACE);
    const bytes = bytesOf(sealed);
    const cut = Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length));
    const forms = [...cut, Buffer.concat([bytes, Buffer.alloc(1)])].map(withBytes);
    const odd = ['', '.', TEXT, sealed.slice(9), `${sealed}=`, `${sealed}\n`, ` ${sealed}`];
    const answers = [...forms, ...odd].map((one) => refusal(one));
    expect(new Set(answers)).toEqual(new Set(['tampered']));
  });

  it('never uses a nonce twice in 100,000 seals', () => {
    const seals = Array.from({ length: 100_000 }, () => sealer.seal('x', PLACE));
    const nonces = new Set(seals.map((sealed) => bytesOf(sealed).subarray(0, 12).toString('hex')));
    expect(nonces.size).toBe(100_000);
  });
});

describe('a change of the secret key', () => {
  const rotated = createSealer({ current: second, previous: first });

  it('leaves what the previous key sealed readable, and seals with the new one', () => {
    expect(rotated.open(sealer.seal(TEXT, PLACE), PLACE)).toBe(TEXT);
    const sealed = rotated.seal(TEXT, PLACE);
    expect(rotated.version).toBe(second.version);
    expect(sealed.startsWith(`${second.version}.`)).toBe(true);
    expect(rotated.open(sealed, PLACE)).toBe(TEXT);
  });

  it('is told apart from a change of the text when the key is not there', () => {
    expect(refusal(sealer.seal(TEXT, PLACE), PLACE, rotated)).toBe('opened');
    const later = createSealer({ current: third, previous: second });
    expect(refusal(sealer.seal(TEXT, PLACE), PLACE, later)).toBe('unknown_key');
  });

  it('does not open a text under the name of the other key', () => {
    const renamed = sealer.seal(TEXT, PLACE).replace(first.version, second.version);
    expect(refusal(renamed, PLACE, rotated)).toBe('tampered');
  });

  it('is told to operators without a word of the content', () => {
    const later = createSealer({ current: third, previous: undefined });
    const sealed = sealer.seal(TEXT, PLACE);
    expect(() => later.open(sealed, PLACE)).toThrow(first.version);
    expect(() => sealer.open(`${sealed.slice(0, -8)}AAAAAAAA`, PLACE)).toThrow(
      'it was changed, or sealed for another context',
    );
    expect(() => sealer.open(TEXT, PLACE)).toThrow(/^it is not a sealed text$/);
  });
});

describe('the form of a sealed text', () => {
  it('is the one in which the first rows were written', () => {
    // Another form would make every stored credential unreadable.
    const sealed = 'bf0853b0.9z0rqgIU7ID_dazXMdFU3G9yAUbemLiBuY_fEVhOWp0';
    expect(sealer.open(sealed, PLACE)).toBe('kept');
  });
});
