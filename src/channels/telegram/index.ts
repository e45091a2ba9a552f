import { z } from 'zod';
import { apiUrl, headerSecret } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createTelegramChannel } from './telegram-channel.ts';

/** Sends codes to Telegram accounts, through the Telegram Gateway. */
export const telegramChannel = defineChannel({
  variables: {
    TELEGRAM_ACCESS_TOKEN: headerSecret(1).optional(),
    TELEGRAM_SENDER_USERNAME: z
      .string()
      .regex(/^[A-Za-z]\w{3,31}$/, 'must be the username of your verified channel, without @')
      .optional(),
    TELEGRAM_API_URL: apiUrl('https://gatewayapi.telegram.org'),
  },
  prefix: 'TELEGRAM',
  required: ['TELEGRAM_ACCESS_TOKEN'],
  reportsDelivery: true,
  create: (values, { name, callbackUrl }: CommonParts) =>
    createTelegramChannel({
      name,
      callbackUrl,
      // Without the required variable, the environment is invalid.
      accessToken: values.TELEGRAM_ACCESS_TOKEN ?? '',
      senderUsername: values.TELEGRAM_SENDER_USERNAME,
      apiUrl: values.TELEGRAM_API_URL,
    }),
});
