import { expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';

const SET = {
  OTP_CHANNELS: 'vonage',
  VONAGE_API_KEY: 'abcd1234',
  VONAGE_API_SECRET: 'secret',
  VONAGE_FROM: 'Waverify',
};

const read = (changes: Record<string, string | undefined>) =>
  readEnv({ ...SET, ...changes }, () => 'from a file\n');

it('needs the key, the secret and the sender', () => {
  expect(read({})).toMatchObject({ ...SET, OTP_CHANNELS: ['vonage'] });
  for (const name of ['VONAGE_API_KEY', 'VONAGE_API_SECRET', 'VONAGE_FROM']) {
    expect(() => read({ [name]: undefined })).toThrow(name);
  }
});

it.each(['VONAGE_API_SECRET', 'VONAGE_SIGNATURE_SECRET'] as const)(
  'reads %s from a file',
  (name) => {
    const env = read({ [name]: undefined, [`${name}_FILE`]: '/run/secrets/secret' });
    expect(env[name]).toBe('from a file');
  },
);

it.each([
  ['VONAGE_API_KEY', 'a key'],
  ['VONAGE_FROM', 'a name that is too long'],
  ['VONAGE_API_URL', 'rest.nexmo.com'],
])('refuses %s=%s', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});
