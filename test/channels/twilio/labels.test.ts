import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';
import { channels } from '../../../src/channels/registry.ts';
import { itIsAChannel } from '../../contracts/channel.ts';
import { hangUp } from '../../support/providers/recording-server.ts';
import { errorOf, startTwilio } from '../../support/providers/twilio.ts';

const US_SID = `AC${'1a'.repeat(16)}`;
const EU_SID = `AC${'2b'.repeat(16)}`;

/** Two accounts of Twilio, each with a server that accepts only its own credentials. */
async function startBoth() {
  const us = await startTwilio(US_SID, 'us-token');
  const eu = await startTwilio(EU_SID, 'eu-token');
  const env = {
    OTP_CHANNELS: 'twilio:us,twilio:eu',
    ...{ TWILIO_US_ACCOUNT_SID: US_SID, TWILIO_US_AUTH_TOKEN: 'us-token' },
    ...{ TWILIO_US_FROM: '+15005550006', TWILIO_US_API_URL: us.url },
    ...{ TWILIO_EU_ACCOUNT_SID: EU_SID, TWILIO_EU_AUTH_TOKEN: 'eu-token' },
    ...{ TWILIO_EU_FROM: 'Example', TWILIO_EU_API_URL: eu.url },
  };
  const { enabled } = toConfig(readEnv(env, () => '')).channels;
  return { 'twilio:us': us, 'twilio:eu': eu, enabled };
}

for (const name of ['twilio:us', 'twilio:eu'] as const) {
  itIsAChannel(name, async () => {
    const both = await startBoth();
    const settings = both.enabled.find((one) => one.name === name);
    if (!settings) throw new Error(`${name} is not enabled`);
    const channel = channels.twilio.create(settings.values, { name, callbackUrl: undefined });
    const own = both[name];
    return {
      channel,
      received: () => own.forms().map((form) => form.get('Body') ?? ''),
      faults: {
        refused: () => own.answerWith(errorOf(21211, 400)),
        cut: () => own.answerWith(hangUp),
      },
      close: async () => {
        await channel.close();
        await both['twilio:us'].close();
        await both['twilio:eu'].close();
      },
    };
  });
}
