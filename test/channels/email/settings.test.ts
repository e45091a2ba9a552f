import { expect, it } from 'vitest';
import { readEnv } from '../../../config/env.ts';
import { channels } from '../../../src/channels/registry.ts';
import { newMessage } from '../../contracts/channel.ts';
import { startMailServer } from '../../support/providers/mail-server.ts';

const SET = {
  OTP_CHANNELS: 'email',
  SMTP_URL: 'smtp://otp:p%40ss@mail.example.com:587',
  EMAIL_FROM: 'login@example.com',
};

const read = (changes: Record<string, string | undefined>) =>
  readEnv({ ...SET, ...changes }, () => 'smtps://otp:secret@mail.example.com\n');

it('needs the server and the sender', () => {
  expect(read({})).toMatchObject({ ...SET, OTP_CHANNELS: ['email'] });
  for (const name of ['SMTP_URL', 'EMAIL_FROM']) {
    expect(() => read({ [name]: undefined })).toThrow(name);
  }
});

it('reads the server with its password from a file', () => {
  const env = read({ SMTP_URL: undefined, SMTP_URL_FILE: '/run/secrets/smtp' });
  expect(env.SMTP_URL).toBe('smtps://otp:secret@mail.example.com');
});

it.each([
  'smtp://127.0.0.1:25',
  'smtps://otp:secret@mail.example.com?tls.rejectUnauthorized=false',
  'smtp://relay:25?requireTLS=false',
])('sends through %s', (url) => {
  expect(read({ SMTP_URL: url }).SMTP_URL).toBe(url);
});

it.each([
  ['SMTP_URL', 'mail.example.com'],
  ['SMTP_URL', 'http://mail.example.com'],
  ['SMTP_URL', 'smtp://'],
  ['SMTP_URL', 'smtp://mail.example.com?logger=true'],
  ['EMAIL_FROM', 'Example'],
  ['EMAIL_FROM', 'a@example.com, b@example.com'],
])('refuses %s=%s', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});

it('shows no password of an invalid server', () => {
  const fault = () => read({ SMTP_URL: 'smtp://otp:hunter2@mail.example.com?debug=true' });
  expect(fault).toThrow('SMTP_URL');
  expect(fault).not.toThrow('hunter2');
});

it('sends with its settings', async () => {
  const server = await startMailServer();
  const parts = { name: 'email', callbackUrl: undefined };
  const channel = channels.email.create(read({ SMTP_URL: server.url }), parts);
  expect(await channel.send(newMessage({ recipient: 'reader@example.com' }))).toMatchObject({
    status: 'accepted',
  });
  await channel.close();
  await server.close();
});
