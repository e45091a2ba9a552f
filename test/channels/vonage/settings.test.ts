import { expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';
import { channels } from '../../../src/channels/registry.ts';
import { newMessage } from '../../contracts/channel.ts';
import { API_KEY, API_SECRET, startVonage } from '../../support/providers/vonage.ts';

const SET = {
  OTP_CHANNELS: 'vonage',
  VONAGE_API_KEY: API_KEY,
  VONAGE_API_SECRET: API_SECRET,
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

it('sends with its settings', async () => {
  const vonage = await startVonage();
  const parts = { name: 'vonage', callbackUrl: undefined };
  const channel = channels.vonage.create(read({ VONAGE_API_URL: vonage.url }), parts);
  expect(await channel.send(newMessage())).toMatchObject({ status: 'accepted' });
  await channel.close();
  await vonage.close();
});
