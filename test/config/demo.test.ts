import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';

const production = {
  NODE_ENV: 'production',
  SECRET_KEY: 's'.repeat(32),
  API_KEY: 'k'.repeat(32),
  OTP_CHANNELS: 'whatsapp',
};

const hasDemo = (source: Readonly<Record<string, string>>) =>
  toConfig(readEnv(source, () => '')).http.hasDemo;

describe('DEMO', () => {
  it('is on for those who try things out, and off in production, unless it is said', () => {
    expect(hasDemo({})).toBe(true);
    expect(hasDemo({ DEMO: 'false' })).toBe(false);
    expect(hasDemo(production)).toBe(false);
    expect(hasDemo({ ...production, DEMO: 'true' })).toBe(true);
  });

  it('takes true and false only', () => {
    expect(() => hasDemo({ DEMO: 'yes' })).toThrow('DEMO: must be true or false');
  });
});
