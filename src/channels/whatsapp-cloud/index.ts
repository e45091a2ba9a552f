import { z } from 'zod';
import { apiUrl, headerSecret, secret } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createWhatsAppCloudChannel } from './whatsapp-cloud-channel.ts';

const TemplateLanguage = z
  .string()
  .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be the language of a template, such as id or en_US');

/** Sends codes from a business number, through Meta's WhatsApp Cloud API. */
export const whatsAppCloudChannel = defineChannel({
  variables: {
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: z
      .string()
      .regex(/^\d{1,32}$/, 'must be the ID of the number, which has only digits')
      .optional(),
    WHATSAPP_CLOUD_ACCESS_TOKEN: headerSecret(1).optional(),
    WHATSAPP_CLOUD_TEMPLATE: z
      .string()
      .regex(/^[a-z0-9_]{1,512}$/, 'must be the name of a template: small letters, digits and _')
      .optional(),
    WHATSAPP_CLOUD_LANGUAGE: TemplateLanguage.optional(),
    WHATSAPP_CLOUD_DEFAULT_LANGUAGE: TemplateLanguage.optional(),
    WHATSAPP_CLOUD_APP_SECRET: secret(1).optional(),
    WHATSAPP_CLOUD_VERIFY_TOKEN: secret(1).optional(),
    WHATSAPP_CLOUD_NUMBER: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be a number in E.164, such as +6281234567890')
      .optional(),
    WHATSAPP_CLOUD_API_URL: apiUrl('https://graph.facebook.com'),
    WHATSAPP_CLOUD_API_VERSION: z
      .string()
      .regex(/^v\d{1,3}\.\d{1,3}$/, 'must be a version such as v26.0')
      .default('v26.0'),
  },
  prefix: 'WHATSAPP_CLOUD',
  required: [
    'WHATSAPP_CLOUD_PHONE_NUMBER_ID',
    'WHATSAPP_CLOUD_ACCESS_TOKEN',
    'WHATSAPP_CLOUD_TEMPLATE',
  ],
  inboxNumber: 'WHATSAPP_CLOUD_NUMBER',
  findFaults: ({ WHATSAPP_CLOUD_NUMBER: number, WHATSAPP_CLOUD_APP_SECRET: appSecret }) =>
    number !== undefined && appSecret === undefined
      ? [['WHATSAPP_CLOUD_NUMBER', 'also needs WHATSAPP_CLOUD_APP_SECRET, which signs messages']]
      : [],
  reportsDelivery: true,
  create: (values, { name, callbackUrl }: CommonParts) =>
    createWhatsAppCloudChannel({
      name,
      // Without the required variables, the environment is invalid.
      phoneNumberId: values.WHATSAPP_CLOUD_PHONE_NUMBER_ID ?? '',
      accessToken: values.WHATSAPP_CLOUD_ACCESS_TOKEN ?? '',
      template: values.WHATSAPP_CLOUD_TEMPLATE ?? '',
      language: values.WHATSAPP_CLOUD_LANGUAGE,
      defaultLanguage: values.WHATSAPP_CLOUD_DEFAULT_LANGUAGE,
      appSecret: values.WHATSAPP_CLOUD_APP_SECRET,
      verifyToken: values.WHATSAPP_CLOUD_VERIFY_TOKEN,
      // Without a callback URL, nothing that people write arrives.
      ownNumber: callbackUrl === undefined ? undefined : values.WHATSAPP_CLOUD_NUMBER,
      apiUrl: values.WHATSAPP_CLOUD_API_URL,
      apiVersion: values.WHATSAPP_CLOUD_API_VERSION,
      wantsReceipts: callbackUrl !== undefined,
    }),
});
