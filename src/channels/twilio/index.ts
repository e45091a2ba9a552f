import { z } from 'zod';
import { apiUrl, secret } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createTwilioChannel } from './twilio-channel.ts';

/** Sends codes as SMS through Twilio's Programmable Messaging. */
export const twilioChannel = defineChannel({
  variables: {
    TWILIO_ACCOUNT_SID: z
      .string()
      .regex(/^AC[\da-f]{32}$/i, 'must be AC and 32 hexadecimal digits')
      .optional(),
    TWILIO_AUTH_TOKEN: secret(0).optional(),
    TWILIO_FROM: z
      .string()
      .regex(
        /^(\+\d{3,15}|\d{3,8}|MG[\da-f]{32}|[A-Za-z\d &_+-]{1,11})$/i,
        'must be a number such as +15005550006, a sender name of up to 11 characters, or a MessagingServiceSid (MG…)',
      )
      .optional(),
    TWILIO_API_URL: apiUrl('https://api.twilio.com'),
  },
  prefix: 'TWILIO',
  required: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  reportsDelivery: true,
  // The required values are never empty: without them the environment is invalid.
  create: (
    {
      TWILIO_ACCOUNT_SID: accountSid = '',
      TWILIO_AUTH_TOKEN: authToken = '',
      TWILIO_FROM: from = '',
      TWILIO_API_URL: apiUrl,
    },
    { name, callbackUrl }: CommonParts,
  ) => createTwilioChannel({ name, callbackUrl, apiUrl, accountSid, authToken, from }),
});
