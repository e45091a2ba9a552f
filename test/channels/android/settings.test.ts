import { expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';
import { channels } from '../../../src/channels/registry.ts';
import { newMessage } from '../../contracts/channel.ts';
import { PASSWORD, startAndroid, USERNAME } from '../../support/providers/android.ts';

const SET = {
  OTP_CHANNELS: 'android',
  ANDROID_URL: 'http://192.168.1.20:8080/',
  ANDROID_USERNAME: USERNAME,
  ANDROID_PASSWORD: PASSWORD,
};

const read = (changes: Record<string, string | undefined>) =>
  readEnv({ ...SET, ...changes }, () => 'from a file\n');

it('needs the address, the user name and the password', () => {
  expect(read({ ANDROID_SIM: '2' })).toMatchObject({
    ANDROID_URL: 'http://192.168.1.20:8080',
    ANDROID_USERNAME: USERNAME,
    ANDROID_PASSWORD: PASSWORD,
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

it('sends with its settings', async () => {
  const android = await startAndroid();
  const parts = { name: 'android', callbackUrl: undefined };
  const channel = channels.android.create(read({ ANDROID_URL: android.url }), parts);
  expect(await channel.send(newMessage())).toMatchObject({ status: 'accepted' });
  await channel.close();
  await android.close();
});
