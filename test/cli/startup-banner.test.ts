import { describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';
import { describeStart } from '../../src/cli/startup-banner.ts';

const REQUIRED = {
  ...{ HTTP_CHANNEL_URL: 'https://sms.example/send' },
  ...{ TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token', TWILIO_FROM: 'Shop' },
  ...{ VONAGE_API_KEY: 'key', VONAGE_API_SECRET: 'secret', VONAGE_FROM: 'Shop' },
  ...{ SMTP_URL: 'smtps://mail.example.com', EMAIL_FROM: 'login@example.com' },
  ...{ TELEGRAM_ACCESS_TOKEN: 'token' },
};

const warningsFor = (env: Readonly<Record<string, string>>): string[] => {
  const config = toConfig(readEnv({ ...REQUIRED, ...env }, () => ''));
  return describeStart(config, { apiKey: 'key', argon2: '@node-rs/argon2', isTerminal: false })
    .warnings;
};
const warningAbout = (name: string, env: Readonly<Record<string, string>>) =>
  warningsFor(env).filter((warning) => warning.includes(name));

describe('the warnings at the start', () => {
  it('are none for the defaults', () => {
    expect(warningsFor({})).toEqual([]);
  });

  it.each([
    ['whatsapp,telegram,http,twilio,vonage,console', ['console']],
    ['whatsapp,telegram,http,twilio,vonage,console,email', ['console', 'email']],
    // Without an email address, the channel `email` makes room for another one.
    ['email,whatsapp,telegram,http,twilio,vonage,console', ['console']],
  ])('name the channels of %s that are never tried by default', (order, untried) => {
    const [warning = '', ...others] = warningAbout('OTP_CHANNELS', { OTP_CHANNELS: order });
    expect(others).toEqual([]);
    expect(order.split(',').filter((name) => warning.includes(name))).toEqual(untried);
  });

  it.each(['whatsapp,telegram,http,twilio,vonage', 'whatsapp,telegram,http,twilio,email,vonage'])(
    'have nothing to say about %s',
    (order) => {
      expect(warningAbout('OTP_CHANNELS', { OTP_CHANNELS: order })).toEqual([]);
    },
  );

  it.each([{ OTP_HASH_MEMORY_KIB: '1024' }, { OTP_HASH_TIME_COST: '1' }])(
    'name the variables of a low hashing cost, %o',
    (env) => {
      const [warning, ...others] = warningAbout('OTP_HASH', env);
      expect(others).toEqual([]);
      expect(warning).toContain('OTP_HASH_MEMORY_KIB');
      expect(warning).toContain('OTP_HASH_TIME_COST');
    },
  );
});
