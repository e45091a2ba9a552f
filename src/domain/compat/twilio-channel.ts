import { toKind } from '../delivery/channel-name.ts';

/** The channels that callers ask for by their name at Twilio Verify, and what is sent on them here. */
const twilioChannels = ['sms', 'whatsapp', 'email', 'auto', 'call', 'sna', 'rbm'] as const;
export type TwilioChannel = (typeof twilioChannels)[number];

/** Channels that have no counterpart here. */
const UNAVAILABLE: readonly string[] = ['call', 'sna', 'rbm'];

/** What each kind of channel is at Twilio. A kind without an entry keeps its name. */
const SAME_AS: Readonly<Record<string, string>> = {
  whatsapp: 'whatsapp',
  whatsapp_cloud: 'whatsapp',
  email: 'email',
  http: 'sms',
  twilio: 'sms',
  vonage: 'sms',
  android: 'sms',
  console: 'sms',
  test: 'sms',
};

/** How Twilio calls the channel on which a message was sent; `sms` if it is not known yet. */
export function toTwilioChannel(channel: string | undefined): string {
  if (channel === undefined) return 'sms';
  const kind = toKind(channel);
  return SAME_AS[kind] ?? kind;
}

/** The kinds of channels that Twilio calls `name`. */
export function kindsOf(name: string): readonly string[] {
  const kinds = Object.keys(SAME_AS).filter((kind) => SAME_AS[kind] === name);
  return kinds.length > 0 ? kinds : [name];
}

/** Whether Twilio has a channel with this name. */
export function isTwilioChannel(name: string): name is TwilioChannel {
  return (twilioChannels as readonly string[]).includes(name);
}

/** Whether nothing is sent on it here. */
export function isUnavailable(name: string): boolean {
  return UNAVAILABLE.includes(name);
}
