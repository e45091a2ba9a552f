import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { toSeconds } from '../../config/duration.ts';
import { readEnv } from '../../config/env.ts';

const read = (source: Readonly<Record<string, string>>) => readEnv(source, () => '');

describe('a duration', () => {
  it.each([
    ['60s', 60],
    ['15m', 900],
    ['24h', 86_400],
    ['7d', 604_800],
  ])('%s has %i seconds', (text, seconds) => {
    expect(toSeconds(text)).toBe(seconds);
  });

  it.each(['', '15', 'm', '1.5h', '-1m', '0m', '015m', '15 m', '15M', '1h30m', '1w', '1e3s'])(
    'is not written like %j',
    (text) => {
      expect(toSeconds(text)).toBeNaN();
    },
  );
});

describe('how long tokens are good', () => {
  it('is 15 minutes and 7 days, unless it is said otherwise', () => {
    expect(toConfig(read({})).auth).toEqual({ accessSeconds: 900, refreshSeconds: 604_800 });
    const said = read({ JWT_EXPIRES_IN: '1m', JWT_REFRESH_EXPIRES_IN: '90d' });
    expect(toConfig(said).auth).toEqual({ accessSeconds: 60, refreshSeconds: 7_776_000 });
  });

  it.each([
    ['JWT_EXPIRES_IN', '59s', 'must be at least 1m'],
    ['JWT_EXPIRES_IN', '25h', 'must be at most 24h'],
    ['JWT_EXPIRES_IN', '2d', 'must be at most 24h'],
    ['JWT_EXPIRES_IN', '900', 'must be a whole number followed by s, m, h or d, such as 15m'],
    ['JWT_REFRESH_EXPIRES_IN', '91d', 'must be at most 90d'],
    [
      'JWT_REFRESH_EXPIRES_IN',
      'forever',
      'must be a whole number followed by s, m, h or d, such as 15m',
    ],
  ])('is refused as %s=%s', (name, value, complaint) => {
    expect(() => read({ [name]: value })).toThrow(
      new Error(`Invalid configuration:\n  ${name}: ${complaint}`),
    );
  });

  it('is refused when a login is over before its first access token', () => {
    const source = { JWT_EXPIRES_IN: '2h', JWT_REFRESH_EXPIRES_IN: '1h' };
    expect(() => read(source)).toThrow(/^ {2}JWT_REFRESH_EXPIRES_IN: must not be shorter/m);
    expect(read({ JWT_EXPIRES_IN: '1h', JWT_REFRESH_EXPIRES_IN: '60m' })).toBeTruthy();
  });
});
