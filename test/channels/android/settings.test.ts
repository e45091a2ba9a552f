import { expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';

const SET = {
  OTP_CHANNELS: 'android',
  ANDROID_URL: 'http://192.168.1.20:8080/',
  ANDROID_USERNAME: 'sms',
  ANDROID_PASSWORD: 'password',
};

const read = (changes: Record<string, string | undefined>) =>
  readEnv({ ...SET, ...changes }, () => 'from a file\n');

it('needs the address, the user name and the password', () => {
  expect(read({ ANDROID_SIM: '2' })).toMatchObject({
    ANDROID_URL: 'http://192.168.1.20:8080',
    ANDROID_USERNAME: 'sms',
    ANDROID_PASSWORD: 'password',
    ANDROID_SIM: 2,
  });
  for (const name of ['ANDROID_URL', 'ANDROID_USERNAME', 'ANDROID_PASSWORD']) {
    expect(() => read({ [name]: undefined })).toThrow(name);
  }
});

it.each(['ANDROID_PASSWORD', 'ANDROID_WEBHOOK_KEY'] as const)('reads %s from a file', (name) => {
  const env = read({ [name]: undefined, [`${name}_FILE`]: '/run/secrets/secret' });
  expect(env[name]).toBe('from a file');
});

it.each([
  ['ANDROID_URL', '192.168.1.20:8080'],
  ['ANDROID_SIM', '0'],
])('refuses %s=%s', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});
