import { describe, expect, it } from 'vitest';
import {
  createSecretKey,
  digestOf,
  isSameSecret,
  randomId,
} from '../../../src/lib/crypto/secrets.ts';

const SECRET = 'secret-0123456789abcdef0123456789abcdef';

describe('a secret key', () => {
  it('derives the same 32 bytes for the same use, and others for another', () => {
    const [key, again] = [createSecretKey(SECRET), createSecretKey(SECRET)];
    expect(key.derive('pepper')).toHaveLength(32);
    expect(key.derive('pepper')).toEqual(again.derive('pepper'));
    expect(key.derive('pepper')).not.toEqual(key.derive('idempotency'));
    expect(key.derive('pepper')).not.toEqual(createSecretKey(`${SECRET}x`).derive('pepper'));
  });

  it('derives what it derived when the first rows were written', () => {
    // Another value here would make every stored digest unreadable.
    const key = createSecretKey(SECRET);
    expect([key.version, key.derive('pepper').toString('hex')]).toMatchInlineSnapshot(`
      [
        "2ef85575",
        "f46e51bd68b50d8c68a4ec6ce81b2faba4eae18345426666bd4d5ec9cb4fa71c",
      ]
    `);
  });

  it('is named by eight hex digits that tell nothing about it', () => {
    const { version, derive } = createSecretKey(SECRET);
    expect(version).toMatch(/^[0-9a-f]{8}$/);
    expect(createSecretKey(`${SECRET}x`).version).not.toBe(version);
    expect(derive('pepper').toString('hex')).not.toContain(version);
  });
});

describe('a digest', () => {
  it('depends on the text and on the key', () => {
    const key = Buffer.alloc(32, 1);
    expect(digestOf('a', key)).toBe(digestOf('a', Buffer.alloc(32, 1)));
    expect(digestOf('a', key)).not.toBe(digestOf('b', key));
    expect(digestOf('a', key)).not.toBe(digestOf('a', Buffer.alloc(32, 2)));
    expect(digestOf('a', key)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe('comparing secrets', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'ab', false],
    ['', 'abc', false],
    ['', '', true],
    ['Abc', 'abc', false],
    ['é', 'e\u0301', false],
  ])('takes "%s" and "%s" as the same: %s', (given, expected, isSame) => {
    expect(isSameSecret(given, expected)).toBe(isSame);
  });
});

describe('a handle', () => {
  it('has the asked bytes, is safe in an address and never comes twice', () => {
    const handles = Array.from({ length: 1000 }, () => randomId(24));
    expect(new Set(handles).size).toBe(1000);
    expect(handles.every((handle) => /^[A-Za-z0-9_-]{32}$/.test(handle))).toBe(true);
  });
});
