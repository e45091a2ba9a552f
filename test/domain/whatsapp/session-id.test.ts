import { describe, expect, it } from 'vitest';
import {
  isSessionId,
  isSessionName,
  toSessionId,
  toSessionName,
} from '../../../src/domain/whatsapp/session-id.ts';

describe('the name of a session', () => {
  it.each(['default', 'a', 'A-1_b', '0', '-', 'x'.repeat(64)])('may be %s', (text) => {
    expect(isSessionName(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['65 characters', 'x'.repeat(65)],
    ['a blank', 'a b'],
    ['a dot', 'a.b'],
    ['a path', '../etc/passwd'],
    ['an encoded path', '%2e%2e'],
    ['a line break at the end', 'default\n'],
    ['a null byte', 'default\u0000'],
    ['a letter of another script', 'défaut'],
    ['a look-alike letter', 'dеfault'],
    ['a wildcard', '%'],
    ['a quote', "a'b"],
    ['a separator of our keys', 'a|b'],
    ['the id of one in another account', 'shop~main'],
    ['a name that every object has', '__proto__'],
    ['another name that every object has', 'constructor'],
    ['a method that every object has', 'toString'],
  ])('may not be %s', (_, text) => {
    expect(isSessionName(text)).toBe(false);
  });
});

describe('the id of a session', () => {
  it('is its name in the first account, and has the account before it in every other', () => {
    expect(toSessionId('default', 'main')).toBe('main');
    expect(toSessionId('shop', 'main')).toBe('shop~main');
  });

  it.each(['default', 'shop', 'a-1'])('leads back to the name in the account %s', (accountId) => {
    const id = toSessionId(accountId, 'wa-_x');
    expect(isSessionId(id)).toBe(true);
    expect(toSessionName(id)).toBe('wa-_x');
  });

  it.each(['', '~', '~main', 'shop~', 'a~b~c', 'shop~a.b', 'a/b~main', `${'a'.repeat(37)}~main`])(
    'may not be %j',
    (text) => {
      expect(isSessionId(text)).toBe(false);
    },
  );
});
