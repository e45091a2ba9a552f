import { expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';
import { channels } from '../../../src/channels/registry.ts';
import { newMessage } from '../../contracts/channel.ts';
import { ACCOUNT_SID, AUTH_TOKEN, startTwilio } from '../../support/providers/twilio.ts';

const SET = {
  OTP_CHANNELS: 'twilio',
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  TWILIO_FROM: '+15005550006',
};

const read = (changes: Record<string, string | undefined>) =>
  readEnv({ ...SET, ...changes }, () => 'from a file\n');

it('needs the account, the token and the sender', () => {
  expect(read({})).toMatchObject({ ...SET, OTP_CHANNELS: ['twilio'] });
  for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']) {
    expect(() => read({ [name]: undefined })).toThrow(name);
  }
});

it('reads the token from a file', () => {
  const env = read({ TWILIO_AUTH_TOKEN: undefined, TWILIO_AUTH_TOKEN_FILE: '/run/secrets/token' });
  expect(env.TWILIO_AUTH_TOKEN).toBe('from a file');
});

it.each(['+15005550006', '12345', 'Waverify', `MG${'1b'.repeat(16)}`])('sends from %s', (from) => {
  expect(read({ TWILIO_FROM: from }).TWILIO_FROM).toBe(from);
});

it.each([
  ['TWILIO_ACCOUNT_SID', 'SK00000000000000000000000000000000'],
  ['TWILIO_FROM', 'a name that is too long'],
  ['TWILIO_API_URL', 'ftp://api.twilio.com'],
])('refuses %s=%s', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});

it('sends with its settings', async () => {
  const twilio = await startTwilio();
  const parts = { name: 'twilio', callbackUrl: undefined };
  const channel = channels.twilio.create(read({ TWILIO_API_URL: twilio.url }), parts);
  expect(await channel.send(newMessage())).toMatchObject({ status: 'accepted' });
  await channel.close();
  await twilio.close();
});
