import { describe, expect, it } from 'vitest';
import { isSessionId } from '../../src/domain/session-id.ts';

describe('a session id', () => {
  it.each(['default', 'a', 'A-1_b', '0', '-', 'x'.repeat(64)])('may be %s', (text) => {
    expect(isSessionId(text)).toBe(true);
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
    ['a name that every object has', '__proto__'],
    ['another name that every object has', 'constructor'],
    ['a method that every object has', 'toString'],
  ])('may not be %s', (_, text) => {
    expect(isSessionId(text)).toBe(false);
  });
});
