import { z } from 'zod';
import { baseUrl, secret } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createAndroidChannel } from './android-channel.ts';

/** Sends codes as SMS from an Android phone that runs SMS Gateway for Android. */
export const androidChannel = defineChannel({
  // No prefix: the Android SDK has variables such as ANDROID_HOME.
  variables: {
    ANDROID_URL: baseUrl(),
    ANDROID_USERNAME: z.string().optional(),
    ANDROID_PASSWORD: secret(0).optional(),
    ANDROID_WEBHOOK_KEY: secret(0).optional(),
    ANDROID_SIM: z
      .string()
      .regex(/^[1-9]$/, 'must be the number of a SIM: 1, 2, …')
      .transform(Number)
      .optional(),
  },
  required: ['ANDROID_URL', 'ANDROID_USERNAME', 'ANDROID_PASSWORD'],
  reportsDelivery: true,
  deduplicates: true,
  // The required values are never empty: without them the environment is invalid.
  create: (
    {
      ANDROID_URL: apiUrl = '',
      ANDROID_USERNAME: username = '',
      ANDROID_PASSWORD: password = '',
      ANDROID_WEBHOOK_KEY: webhookKey,
      ANDROID_SIM: simNumber,
    },
    { name, callbackUrl }: CommonParts,
  ) =>
    createAndroidChannel({
      name,
      callbackUrl,
      apiUrl,
      username,
      password,
      webhookKey,
      simNumber,
    }),
});
