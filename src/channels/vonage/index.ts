import { z } from 'zod';
import { apiUrl, secret } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createVonageChannel } from './vonage-channel.ts';

/** Sends codes as SMS through Vonage's SMS API. */
export const vonageChannel = defineChannel({
  variables: {
    VONAGE_API_KEY: z
      .string()
      .regex(/^[A-Za-z\d]{1,64}$/, 'must be letters and digits')
      .optional(),
    VONAGE_API_SECRET: secret(0).optional(),
    VONAGE_FROM: z
      .string()
      .regex(
        /^(\+?\d{3,15}|[A-Za-z\d &_.-]{1,11})$/,
        'must be a number or a sender name of up to 11 characters',
      )
      .optional(),
    VONAGE_SIGNATURE_SECRET: secret(0).optional(),
    VONAGE_API_URL: apiUrl('https://rest.nexmo.com'),
  },
  prefix: 'VONAGE',
  required: ['VONAGE_API_KEY', 'VONAGE_API_SECRET', 'VONAGE_FROM'],
  reportsDelivery: true,
  // The required values are never empty: without them the environment is invalid.
  create: (
    {
      VONAGE_API_KEY: apiKey = '',
      VONAGE_API_SECRET: apiSecret = '',
      VONAGE_FROM: from = '',
      VONAGE_SIGNATURE_SECRET: signatureSecret,
      VONAGE_API_URL: apiUrl,
    },
    { name, callbackUrl }: CommonParts,
  ) => createVonageChannel({ name, callbackUrl, apiUrl, apiKey, apiSecret, from, signatureSecret }),
});
