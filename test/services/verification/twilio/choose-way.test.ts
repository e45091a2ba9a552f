import { expect, it } from 'vitest';
import { chooseWay } from '../../../../src/services/verification/twilio/choose-way.ts';

type Channels = Parameters<typeof chooseWay>[0]['channels'];

const channels = ['whatsapp', 'telegram', 'twilio:us', 'email'].map((name) => ({ name }));

/** The channels that a request is sent on; `account` for those of the account. */
function wayOf(channel: string, { to = '+6281234567890', own }: Wanted = {}): unknown {
  const recipient = { phoneNumber: to, region: 'ID' };
  const ctx = { channels: channels as unknown as Channels };
  const way = chooseWay(ctx, { channels: own }, { channel, recipient });
  return 'unavailable' in way ? way : (way.workflow?.map((step) => step.channel) ?? 'account');
}

type Wanted = { readonly to?: string; readonly own?: readonly string[] };

it('sends what is asked as SMS on the channels of the service, or else of the account', () => {
  expect(wayOf('sms')).toBe('account');
  expect(wayOf('auto')).toBe('account');
  expect(wayOf('sms', { own: ['whatsapp', 'twilio:us'] })).toEqual(['whatsapp', 'twilio:us']);
  expect(wayOf('sms', { own: ['telegram', 'vonage'] })).toEqual(['telegram']);
  expect(wayOf('sms', { own: ['vonage'] })).toEqual({ unavailable: 'sms' });
});

it('sends on a channel that is named alone, even if the service has others', () => {
  expect(wayOf('whatsapp', { own: ['twilio:us'] })).toEqual(['whatsapp']);
  expect(wayOf('telegram')).toEqual(['telegram']);
  expect(wayOf('twilio:us')).toEqual(['twilio:us']);
});

it('sends to email addresses by email only', () => {
  const to = 'user@example.com';
  expect(wayOf('email', { to })).toEqual(['email']);
  expect(wayOf('auto', { to, own: ['whatsapp'] })).toEqual(['email']);
  const refused = { code: 'validation_failed' };
  expect(() => wayOf('sms', { to })).toThrow(expect.objectContaining(refused));
  expect(() => wayOf('email')).toThrow(expect.objectContaining(refused));
});

it('says that a channel of Twilio is not there, and that another name is none', () => {
  for (const channel of ['call', 'sna', 'rbm']) {
    expect(wayOf(channel)).toEqual({ unavailable: channel });
  }
  expect(() => wayOf('pigeon')).toThrow(expect.objectContaining({ code: 'validation_failed' }));
});
