import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';

const production = {
  NODE_ENV: 'production',
  SECRET_KEY: 'a4c1f09e7b3d58266fe0917cd2b4835a',
  API_KEY: '9d27e6b1084fc35a',
  OTP_CHANNELS: 'whatsapp',
};

const demoOf = (source: Readonly<Record<string, string>>) =>
  toConfig(readEnv(source, () => '')).http.demo;

describe('DEMO', () => {
  it('F12: is off unless it is asked for, wherever', () => {
    for (const base of [{}, production]) {
      expect(demoOf(base)).toBe('off');
      expect(demoOf({ ...base, DEMO: 'false' })).toBe('off');
      expect(demoOf({ ...base, DEMO: 'true' })).toBe('local');
      expect(demoOf({ ...base, DEMO: 'public' })).toBe('public');
    }
  });

  it('takes true, false and public only', () => {
    expect(() => demoOf({ DEMO: 'yes' })).toThrow(/^ {2}DEMO: /m);
  });
});
